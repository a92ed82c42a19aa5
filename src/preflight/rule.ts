import type { SourceChange } from '../domain/comparison/changes.ts';
import type { Comparison } from '../domain/comparison/comparison.ts';
import type { Finding } from '../domain/issue/finding.ts';
import type { IssueContent } from '../domain/issue/issue.ts';
import type { Envelope, RenderedIssue } from '../domain/issue/rendered-issue.ts';
import type { HtmlPage } from './html-page.ts';

/** Facts that are not in the rendered bytes. */
export interface PreflightFacts {
  /** Subscribers who would get the issue now. */
  readonly confirmedReaders: number;
  /** Audience of the previous issue; `null` for the first. */
  readonly previousAudience: number | null;
  /** Comparison slug → week of an earlier issue, not cancelled or missed, that contains it. */
  readonly earlierWeekOf: Readonly<Record<string, string>>;
  /** What the site changed since the issue was composed. */
  readonly siteChanges: readonly SourceChange[];
  /** Comparison slug → week of an issue within the last 26 weeks that compares the same two tools. */
  readonly pairWeekOf: ReadonlyMap<string, string>;
  /** Of issues that were sent or that come before this one, the latest first. */
  readonly earlierSubjects: readonly { readonly week: string; readonly subject: string }[];
  /** Whether mail is really sent. If so, plain http and links to this machine are not allowed. */
  readonly production: boolean;
}

export interface PreflightInput {
  readonly rendered: RenderedIssue;
  readonly envelope: Envelope;
  readonly content: IssueContent;
  readonly facts: PreflightFacts;
}

/** The input for the rules, with the html parsed once for all of them. */
export interface Checked extends PreflightInput {
  readonly page: HtmlPage;
}

/** Checks one thing and returns what it found. Pure. */
export type Rule = (checked: Checked) => readonly Finding[];

export const errorOf =
  (rule: string) =>
  (where: string, what: string, fix: string): Finding => ({ rule, severity: 'error', what, where, fix });

export const warningOf =
  (rule: string) =>
  (where: string, what: string, fix: string): Finding => ({ rule, severity: 'warning', what, where, fix });

export const placeOf = (comparison: Comparison) => `comparison ${comparison.slug}`;

export const pairOf = ({ tools: [a, b] }: Comparison) => `${a.name} vs ${b.name}`;
