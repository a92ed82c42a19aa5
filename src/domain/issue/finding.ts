/** What a check found: what is wrong, where, and how to fix it. Errors block approval, warnings do not. */
export interface Finding {
  /** Name of the rule, in kebab case, as `approve --override` takes it. */
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly what: string;
  /** `html`, `text`, `subject`, `comparison a-vs-b`, … */
  readonly where: string;
  readonly fix: string;
}

/** An error that a person chose to accept, with a reason. */
export interface Override {
  readonly rule: string;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}
