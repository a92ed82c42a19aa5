/** What a check found: what is wrong, where, and how to fix it. Errors block approval, warnings do not. */
export interface Finding {
  /** Rule name, kebab-case; what `approve --override` takes. */
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly what: string;
  /** `html`, `text`, `subject`, `comparison a-vs-b`, … */
  readonly where: string;
  readonly fix: string;
}
