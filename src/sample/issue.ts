import { byLead, defaultPreheader, defaultSubject, type IssueContent } from '../domain/issue/issue.ts';
import {
  issueUrl,
  type Links,
  type Publication,
  preferencesUrl,
  unsubscribeUrl,
} from '../domain/issue/publication.ts';
import { sampleComparisons } from './comparisons.ts';

/** Fixed, so that previews and exports do not change from day to day. */
const sampleNow = new Date('2026-11-22T18:00:00Z');

const comparisons = sampleComparisons(sampleNow)
  .filter((comparison) => comparison.publishedAt >= '2026-11-16')
  .toSorted(byLead);

export const sampleIssue: IssueContent = {
  week: '2026-W47',
  number: 12,
  subject: defaultSubject(comparisons),
  preheader: defaultPreheader(comparisons),
  intro: null,
  comparisons,
};

export const samplePublication: Publication = {
  name: 'Weekly AI Tool Verdicts',
  publicUrl: 'https://news.example',
  siteUrl: 'https://verdicts.example',
  postalAddress: '1 Sample Street, Sampleton',
};

/** Without a real token, since the preview's link checker follows every link. */
export const sampleLinks: Links = {
  unsubscribe: unsubscribeUrl(samplePublication.publicUrl, 'sample'),
  preferences: preferencesUrl(samplePublication.publicUrl, 'sample'),
  web: issueUrl(samplePublication.publicUrl, sampleIssue.week),
};
