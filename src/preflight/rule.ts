import type { Comparison } from '../domain/comparison/comparison.ts';
import type { Finding } from '../domain/issue/finding.ts';
import type { IssueContent } from '../domain/issue/issue.ts';
import type { Envelope, RenderedIssue } from '../domain/issue/rendered-issue.ts';
import type { HtmlPage } from './html-page.ts';

/** What the bytes cannot tell. */
export interface PreflightFacts {
  /** Readers who would get the issue now. */
  readonly confirmedReaders: number;
  /** Audience of the issue before; `null` for the first. */
  readonly previousAudience: number | null;
  /** Comparison slug → week of the earlier, not cancelled issue that has it. */
  readonly earlierWeekOf: Readonly<Record<string, string>>;
  /** Mail really leaves: links to this machine and plain http are no longer allowed. */
  readonly production: boolean;
}

export interface PreflightInput {
  readonly rendered: RenderedIssue;
  readonly envelope: Envelope;
  readonly content: IssueContent;
  readonly facts: PreflightFacts;
}

/** The input as rules see it: the html parsed once for all. */
export interface Checked extends PreflightInput {
  readonly page: HtmlPage;
}

/** One rule. Pure; no findings means nothing to say. */
export type Rule = (checked: Checked) => readonly Finding[];

export const errorOf =
  (rule: string) =>
  (where: string, what: string, fix: string): Finding => ({ rule, severity: 'error', what, where, fix });

export const warningOf =
  (rule: string) =>
  (where: string, what: string, fix: string): Finding => ({ rule, severity: 'warning', what, where, fix });

export const placeOf = (comparison: Comparison) => `comparison ${comparison.slug}`;

export const pairOf = ({ tools: [a, b] }: Comparison) => `${a.name} vs ${b.name}`;
