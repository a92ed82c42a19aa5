/**
 * The short mails: each is `templates/<name>.mjml` and must contain each of these placeholders, `{{name}}`, at least
 * once. To add a mail, begin with its line here.
 */
export const mailPlaceholders = {
  'draft-ready': [
    'newsletter',
    'week',
    'subject',
    'comparisonCount',
    'comparisons',
    'findingCount',
    'findings',
    'audience',
    'goesOut',
    'next',
    'previewCommand',
  ],
  confirm: ['newsletter', 'confirmUrl', 'validFor', 'postalAddress'],
  'confirm-again': ['newsletter', 'why', 'confirmUrl', 'validFor', 'postalAddress'],
  reminder: ['newsletter', 'confirmUrl', 'validFor', 'postalAddress'],
  'data-link': ['newsletter', 'dataUrl', 'validFor', 'postalAddress'],
  welcome: [
    'newsletter',
    'untilThen',
    'latestUrl',
    'latestSubject',
    'unsubscribeUrl',
    'preferencesUrl',
    'postalAddress',
  ],
  links: ['newsletter', 'standing', 'unsubscribeUrl', 'preferencesUrl', 'postalAddress'],
  goodbye: ['newsletter', 'signUpUrl', 'postalAddress'],
  'editor-notice': ['newsletter', 'week', 'label', 'headline', 'lines', 'next'],
} as const satisfies Record<string, readonly string[]>;

export type MailName = keyof typeof mailPlaceholders;

/** The values of its placeholders; a list becomes lines. */
export type MailValues<Name extends MailName = MailName> = Readonly<
  Record<(typeof mailPlaceholders)[Name][number], string | readonly string[]>
>;
