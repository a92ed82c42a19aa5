import type { IssueContent } from '../src/domain/issue/issue.ts';
import type { Links, Publication } from '../src/domain/issue/publication.ts';
import { weekLabel } from '../src/domain/issue/week.ts';
import { oneLine, shortenLabel } from '../src/domain/text.ts';
import { type IssueReading, readIssue } from '../src/domain/wording/issue.ts';
import { longestQuote } from '../src/domain/wording/lengths.ts';
import { sampleIssue, sampleLinks, samplePublication } from '../src/sample/issue.ts';
import { ComparisonSection } from './_components/ComparisonSection.tsx';
import { Doc } from './_components/Doc.tsx';
import { Footer } from './_components/Footer.tsx';
import { Intro } from './_components/Intro.tsx';
import { Masthead } from './_components/Masthead.tsx';
import { ShortRows } from './_components/ShortRows.tsx';

export interface WeeklyIssueProps {
  readonly issue: IssueContent;
  readonly publication: Publication;
  readonly links: Links;
  /** How its comparisons are told within the size budget. */
  readonly reading: IssueReading;
}

/** Mail clients show about this much of a preheader. */
const longestPreheader = 140;

/** The weekly issue. Defaults are sample data, because `email export` renders without props. */
export default function WeeklyIssue({
  issue = sampleIssue,
  publication = samplePublication,
  links = sampleLinks,
  reading = readIssue(issue.comparisons, { quoteLength: longestQuote, told: issue.comparisons.length }),
}: Partial<WeeklyIssueProps>) {
  const { told, rest } = reading;
  return (
    <Doc title={oneLine(issue.subject)} preheader={shortenLabel(issue.preheader, longestPreheader)}>
      <Masthead
        name={oneLine(publication.name)}
        issueLine={`No. ${issue.number} \u2002 ${weekLabel(issue.week)}`}
      />
      {issue.intro !== null && <Intro text={issue.intro} />}
      {told.map((reading, at) => (
        <ComparisonSection key={reading.slug} reading={reading} lead={at === 0} />
      ))}
      {rest.length > 0 && <ShortRows readings={rest} />}
      <Footer publication={publication} links={links} />
    </Doc>
  );
}

WeeklyIssue.PreviewProps = {
  issue: sampleIssue,
  publication: samplePublication,
  links: sampleLinks,
} satisfies Partial<WeeklyIssueProps>;
