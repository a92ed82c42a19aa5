import { caniemail } from 'caniemail';

type EmailClient = Parameters<typeof caniemail>[0]['clients'][number];

/** Features that some client lacks, and why the mail reads just as well without each. */
const optional = {
  '@media': 'dark colours only; without it readers see the light mail',
  'Attribute selector': 'dark colours in Outlook.com and its apps only',
  'Chaining selectors': 'dark colours only',
  'Class selector': 'dark colours only',
  'Descendant combinator': 'dark colours only',
  'Type selector': 'dark colours only',
  'color-scheme CSS property': 'dark colours only: says that the mail brings its own',
  'color-scheme meta tag': 'dark colours only: says that the mail brings its own',
  '<body> element': 'its colour is repeated on the article',
  'aria-label attribute': 'extra information for screen readers',
  'lang attribute': 'extra information for screen readers',
  'role attribute': 'extra information for screen readers',
  'max-height property': 'hides the preheader, which display:none does too',
  opacity: 'hides the preheader, which display:none does too',
  overflow: 'hides the preheader, which display:none does too',
  'overflow-wrap': 'breaks words that are wider than a phone',
  'word-break': 'breaks words that are wider than a phone',
  'table-layout': 'makes both columns equally wide; otherwise they fit their content',
  'width attribute': 'fills the column; otherwise the table fits its content',
} as const;

/** Features that some client supports in part, and why the part that the mail needs works there. */
const sufficient = {
  '!important keyword': 'written in lower case',
  '<style> element': 'in the head',
  'HTML comments': 'untested in two clients; they hold nothing but the table for Outlook',
  'align attribute': 'left and right, on cells',
  background: 'a colour',
  border: 'at most 3 px, on cells',
  'cellpadding attribute': '0 everywhere; padding is in the style',
  'cellspacing attribute': '0 everywhere',
  'dir attribute': 'not on links',
  display: 'inline-block and none',
  'display:none': 'on a div without a table',
  'font-size': 'in pixels',
  'font-weight': '400 and 700',
  'letter-spacing': '1 px',
  'line-height': 'in pixels, and exact for Word',
  margin: 'never negative',
  'max-width': 'on the table; Word gets a table of fixed width',
  padding: 'on cells',
  'text-transform': 'uppercase',
  'width property': 'on cells',
} as const;

type Feature = keyof typeof optional;

const colorScheme: readonly Feature[] = ['color-scheme CSS property', 'color-scheme meta tag'];
const gmail: readonly Feature[] = [...colorScheme, 'overflow-wrap'];
const outlookApp = gmail;
const yahoo: readonly Feature[] = [...colorScheme, 'aria-label attribute', 'overflow-wrap', 'word-break'];

/** The allow-list: what the mail may use although the client lacks it. */
const lacking = {
  'apple-mail.ios': ['color-scheme meta tag'],
  'apple-mail.macos': [],
  'samsung-email.android': ['color-scheme meta tag'],
  'gmail.android': gmail,
  'gmail.desktop-webmail': gmail,
  'gmail.ios': gmail,
  'outlook.android': outlookApp,
  'outlook.ios': outlookApp,
  'outlook.macos': [...colorScheme, '<body> element'],
  'outlook.windows': [
    ...colorScheme,
    '@media',
    'Attribute selector',
    'Chaining selectors',
    'max-height property',
    'opacity',
    'overflow',
    'overflow-wrap',
    'table-layout',
  ],
  'yahoo.android': [...yahoo, '<body> element'],
  'yahoo.desktop-webmail': yahoo,
  'yahoo.ios': [...yahoo, '<body> element'],
  'aol.desktop-webmail': [...yahoo, 'opacity'],
  'fastmail.desktop-webmail': [...colorScheme, '<body> element'],
  'hey.desktop-webmail': [
    ...colorScheme,
    'aria-label attribute',
    'lang attribute',
    'role attribute',
    'width attribute',
  ],
  'protonmail.desktop-webmail': [
    'color-scheme meta tag',
    '<body> element',
    'Attribute selector',
    'Chaining selectors',
    'Class selector',
    'Descendant combinator',
    'Type selector',
  ],
} as const satisfies Partial<Record<EmailClient, readonly Feature[]>>;

type Client = keyof typeof lacking;
const clients = Object.keys(lacking) as Client[];

/**
 * Features of the html that a client lacks or supports in part and that are not on the lists above, such as
 * `gmail.ios lacks position`.
 */
export function unsupportedFeatures(html: string): readonly string[] {
  const { issues } = caniemail({ clients, html });
  const accepted: readonly string[] = [...Object.keys(sufficient), ...Object.keys(optional)];
  return clients.flatMap((client) => {
    const titles = (of: typeof issues.errors) => [...new Set(of.get(client)?.map(({ title }) => title))];
    const allowed: readonly string[] = lacking[client];
    return [
      ...titles(issues.errors)
        .filter((title) => !allowed.includes(title))
        .map((title) => `${client} lacks ${title}`),
      ...titles(issues.warnings)
        .filter((title) => !accepted.includes(title))
        .map((title) => `${client} partly supports ${title}`),
    ];
  });
}
