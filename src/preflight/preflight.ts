import type { Finding } from '../domain/issue/finding.ts';
import { readHtml } from './html-page.ts';
import type { PreflightInput, Rule } from './rule.ts';
import { alreadySent } from './rules/already-sent.ts';
import { audienceDrop } from './rules/audience-drop.ts';
import { changedAtSite } from './rules/changed-at-site.ts';
import { comparisonShown } from './rules/comparison-shown.ts';
import { hasComparisons } from './rules/has-comparisons.ts';
import { hasReaders } from './rules/has-readers.ts';
import { imageAlt } from './rules/image-alt.ts';
import { leftovers } from './rules/leftovers.ts';
import { links } from './rules/links.ts';
import { noReviews } from './rules/no-reviews.ts';
import { oneCategory } from './rules/one-category.ts';
import { placeholder } from './rules/placeholder.ts';
import { preheader } from './rules/preheader.ts';
import { samePair } from './rules/same-pair.ts';
import { sameSubject } from './rules/same-subject.ts';
import { shortLinks } from './rules/short-links.ts';
import { size } from './rules/size.ts';
import { subject } from './rules/subject.ts';
import { textLinks } from './rules/text-links.ts';
import { unsubscribe } from './rules/unsubscribe.ts';

export type { PreflightFacts, PreflightInput } from './rule.ts';

const rules: readonly Rule[] = [
  hasComparisons,
  subject,
  preheader,
  comparisonShown,
  alreadySent,
  links,
  textLinks,
  unsubscribe,
  placeholder,
  leftovers,
  imageAlt,
  size,
  hasReaders,
  noReviews,
  oneCategory,
  shortLinks,
  audienceDrop,
  changedAtSite,
  samePair,
  sameSubject,
];

/** Checks the rendered bytes and the facts by every rule, and returns errors before warnings. Pure. */
export function preflight(input: PreflightInput): readonly Finding[] {
  const checked = { ...input, page: readHtml(input.rendered.html) };
  const findings = rules.flatMap((rule) => rule(checked));
  return findings.toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
}
