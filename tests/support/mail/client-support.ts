import { caniemail } from 'caniemail';

type EmailClient = Parameters<typeof caniemail>[0]['clients'][number];

/** Why the mail may use what a client does not have: each time it reads as well without. */
const unmissed = {
  '@media': 'only for dark colours; without it the light mail stands',
  'Attribute selector': 'only for the dark colours of Outlook.com and its apps',
  'Chaining selectors': 'only for dark colours',
  'Class selector': 'only for dark colours',
  'Descendant combinator': 'only for dark colours',
  'Type selector': 'only for dark colours',
  '<body> element': 'its colour stands on the article, too',
  'aria-label attribute': 'says more to a screen reader, where it arrives',
  'lang attribute': 'says more to a screen reader, where it arrives',
  'role attribute': 'says more to a screen reader, where it arrives',
  'height property': 'hides the preheader together with display:none',
  opacity: 'hides the preheader together with display:none',
  overflow: 'hides the preheader together with display:none',
  'overflow-wrap': 'breaks words that are wider than the phone',
  'word-break': 'breaks words that are wider than the phone',
  'table-layout': 'keeps two columns alike; else they follow their words',
  transform: 'not used: text-transform is taken for it',
  'width attribute': 'fills the column; else the table is as wide as its words',
} as const;

/** Why half a support is enough: what the mail uses is in the half that works. */
const enough = {
  '!important keyword': 'lower case',
  '<style> element': 'in the head',
  'align attribute': 'left and right in cells only',
  background: 'a colour only',
  'cellpadding attribute': '0 everywhere; padding is said in the style',
  'cellspacing attribute': '0 everywhere',
  'dir attribute': 'not on links',
  display: 'inline-block and none only',
  'display:none': 'on a div without a table',
  'font-size': 'pixels only',
  'font-weight': '400 and 700 only',
  'letter-spacing': '1 px',
  'line-height': 'pixels, and exactly for Word',
  margin: 'never negative',
  'max-width': 'on the table; Word has the ghost table',
  padding: 'on cells only',
  'text-transform': 'uppercase only',
  'width property': 'on cells only',
} as const;

type Feature = keyof typeof unmissed;

const yahoo: readonly Feature[] = [
  'aria-label attribute',
  'height property',
  'overflow-wrap',
  'transform',
  'word-break',
];

/** The allow-list: what each client may lack. */
const lacking = {
  'apple-mail.ios': [],
  'apple-mail.macos': [],
  'samsung-email.android': [],
  'gmail.android': ['overflow-wrap', 'transform'],
  'gmail.desktop-webmail': ['overflow-wrap', 'transform'],
  'gmail.ios': ['overflow-wrap', 'transform'],
  'outlook.android': ['overflow-wrap', 'transform'],
  'outlook.ios': ['overflow-wrap', 'transform'],
  'outlook.macos': ['<body> element'],
  'outlook.windows': [
    '@media',
    'Attribute selector',
    'Chaining selectors',
    'opacity',
    'overflow',
    'overflow-wrap',
    'table-layout',
    'transform',
  ],
  'yahoo.android': ['<body> element', ...yahoo],
  'yahoo.desktop-webmail': yahoo,
  'yahoo.ios': ['<body> element', ...yahoo],
  'aol.desktop-webmail': ['opacity', ...yahoo],
  'fastmail.desktop-webmail': ['<body> element'],
  'hey.desktop-webmail': ['aria-label attribute', 'lang attribute', 'role attribute', 'width attribute'],
  'protonmail.desktop-webmail': [
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

/** What the html uses that a client lacks, or has in part, and that is not on its list: `gmail.ios lacks x`. */
export function surprises(html: string): readonly string[] {
  const { issues } = caniemail({ clients, html });
  const known: readonly string[] = [...Object.keys(enough), ...Object.keys(unmissed)];
  return clients.flatMap((client) => {
    const titles = (of: typeof issues.errors) => [...new Set(of.get(client)?.map(({ title }) => title))];
    const allowed: readonly string[] = lacking[client];
    return [
      ...titles(issues.errors)
        .filter((title) => !allowed.includes(title))
        .map((title) => `${client} lacks ${title}`),
      ...titles(issues.warnings)
        .filter((title) => !known.includes(title))
        .map((title) => `${client} has ${title} in part`),
    ];
  });
}
