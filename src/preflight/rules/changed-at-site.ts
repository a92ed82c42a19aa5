import { commandLine } from '../../domain/refusal.ts';
import { type Rule, warningOf } from '../rule.ts';

const warning = warningOf('changed-at-site');

/** The site still says what the issue says. */
export const changedAtSite: Rule = ({ content, facts }) =>
  facts.siteChanges.map(({ slug, what }) =>
    warning(
      `comparison ${slug}`,
      `Changed at the site since the issue was composed: ${what.join('; ')}.`,
      `Take it in: ${commandLine(`compose --week ${content.week}`)} or, once approved, any edit, which withdraws the approval.`,
    ),
  );
