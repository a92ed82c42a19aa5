import type { IssueContent } from '../src/domain/issue/issue.ts';
import type { Links, Publication } from '../src/domain/issue/publication.ts';
import { weekLabel } from '../src/domain/issue/week.ts';
import { oneLine, shortenLabel } from '../src/domain/text.ts';
import { longestQuote } from '../src/domain/wording/detail.ts';
import { describeIssue, type IssueSummary } from '../src/domain/wording/issue-summary.ts';
import { sampleIssue, sampleLinks, samplePublication } from '../src/sample/issue.ts';
import { ComparisonSection } from './_components/ComparisonSection.tsx';
import { Doc } from './_components/Doc.tsx';
import { Footer } from './_components/Footer.tsx';
import { Intro, Masthead } from './_components/Masthead.tsx';
import { OneLiners } from './_components/OneLiners.tsx';

export interface WeeklyIssueProps {
  readonly issue: IssueContent;
  readonly publication: Publication;
  readonly links: Links;
  /** What it says about its comparisons, shortened to the size budget. */
  readonly summary: IssueSummary;
}

/** Mail clients show about this many characters of a preheader. */
const longestPreheader = 140;

/** The weekly issue. Every prop defaults to sample data, because `email export` renders without props. */
export default function WeeklyIssue({
  issue = sampleIssue,
  publication = samplePublication,
  links = sampleLinks,
  summary = describeIssue(issue.comparisons, {
    quoteLength: longestQuote,
    sections: issue.comparisons.length,
  }),
}: Partial<WeeklyIssueProps>) {
  const { sections, oneLiners } = summary;
  return (
    <Doc title={oneLine(issue.subject)} preheader={shortenLabel(issue.preheader, longestPreheader)}>
      <Masthead
        name={oneLine(publication.name)}
        issueLine={`No. ${issue.number} \u2002 ${weekLabel(issue.week)}`}
      />
      {issue.intro !== null && <Intro text={issue.intro} />}
      {sections.map((summary, at) => (
        <ComparisonSection key={summary.slug} summary={summary} lead={at === 0} />
      ))}
      {oneLiners.length > 0 && <OneLiners summaries={oneLiners} />}
      <Footer publication={publication} links={links} />
    </Doc>
  );
}

WeeklyIssue.PreviewProps = {
  issue: sampleIssue,
  publication: samplePublication,
  links: sampleLinks,
} satisfies Partial<WeeklyIssueProps>;
