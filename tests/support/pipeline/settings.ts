import type { Settings } from '../../../src/pipeline/context.ts';

/** As a small installation has them. */
export const settings: Settings = {
  publication: {
    name: 'Weekly AI Tool Verdicts',
    publicUrl: 'https://news.example',
    siteUrl: 'https://verdicts.example',
    postalAddress: '1 Example Street, Exampleton',
  },
  from: 'Weekly AI Tool Verdicts <verdicts@news.example>',
  replyTo: null,
  unsubscribeMailbox: null,
  retentionDays: 365,
  deliveryRetentionDays: 400,
  mode: 'inline',
  timeZone: 'UTC',
  schedule: { cron: '0 9 * * 2', timeZone: 'UTC' },
  reviewHours: 24,
  minReviewMinutes: 60,
  minComparisons: 1,
  approval: 'auto',
  maxComparisons: 12,
  maxPriceAgeDays: 45,
  editorEmails: [],
};
