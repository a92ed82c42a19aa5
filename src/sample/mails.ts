import type { MailName, MailValues } from '../domain/sending/short-mails.ts';

const everywhere = {
  newsletter: 'Weekly AI Tool Verdicts',
  postalAddress: '1 Example Street, 12345 Exampleton',
};
const link = 'https://news.example.com';

/** Values for the previews of the short mails. */
export const sampleMails: { readonly [Name in MailName]: MailValues<Name> } = {
  'draft-ready': {
    newsletter: 'Weekly AI Tool Verdicts',
    week: '2026-W47',
    subject: 'Thimblewright vs Otterquill: Ship Thimblewright',
    comparisonCount: '3 comparisons',
    comparisons: ['Thimblewright vs Otterquill', 'Wicketby vs Murmurdesk Nine', 'Curtling vs Gavelmoss'],
    findingCount: '1 finding',
    findings: ['warning (issue): All 3 comparisons are about Coding agents.'],
    audience: '1204 readers',
    goesOut: 'at its slot, unless held',
    next: 'It goes out by itself. To stop it: npm run -s verdicts -- hold --week 2026-W47 --reason "…"',
    previewCommand: 'npm run -s verdicts -- preview',
  },
  'editor-notice': {
    newsletter: 'Weekly AI Tool Verdicts',
    week: '2026-W47',
    label: 'Sent',
    headline: 'Thimblewright vs Otterquill: Ship Thimblewright',
    lines: ['1204 readers in the audience', '1203 submitted, 1 skipped, 0 rejected, 0 cancelled'],
    next: 'See where everyone stands with: npm run -s verdicts -- status --week 2026-W47',
  },
  confirm: { ...everywhere, confirmUrl: `${link}/confirm/sample`, validFor: '7 days' },
  'confirm-again': {
    ...everywhere,
    why: 'Mail to this address came back before, so we had stopped sending it issues.',
    confirmUrl: `${link}/confirm/sample`,
    validFor: '7 days',
  },
  reminder: { ...everywhere, confirmUrl: `${link}/confirm/sample`, validFor: '7 days' },
  'data-link': { ...everywhere, dataUrl: `${link}/data/sample`, validFor: '24 hours' },
  welcome: {
    ...everywhere,
    untilThen: 'Until then, here is the latest one:',
    latestUrl: `${link}/issues/2026-W47`,
    latestSubject: 'Thimblewright vs Otterquill: Ship Thimblewright',
    unsubscribeUrl: `${link}/u/sample`,
    preferencesUrl: `${link}/preferences/sample`,
  },
  links: {
    ...everywhere,
    standing: 'It is subscribed.',
    unsubscribeUrl: `${link}/u/sample`,
    preferencesUrl: `${link}/preferences/sample`,
  },
  goodbye: { ...everywhere, signUpUrl: `${link}/` },
};
