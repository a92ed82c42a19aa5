/** Paper and ink. Green and brick only repeat what a word says; every colour on paper passes WCAG AA. */
export interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly muted: string;
  readonly hairline: string;
  readonly ship: string;
  readonly skip: string;
}

export const light: Palette = {
  paper: '#faf7f0',
  ink: '#1b1916',
  muted: '#665f53',
  hairline: '#d8d1c2',
  ship: '#1c693a',
  skip: '#9c2c1c',
};

export const dark: Palette = {
  paper: '#181613',
  ink: '#ece6d9',
  muted: '#aca493',
  hairline: '#3d3931',
  ship: '#83cb9b',
  skip: '#f3978a',
};

/** Font names without quotes: they are valid, save bytes of escaping, and do not break MJML's minifier. */
export const font = {
  serif: 'Georgia,serif',
  sans: '-apple-system,BlinkMacSystemFont,Segoe UI,Helvetica,Arial,sans-serif',
} as const;

/** The only condition for dark colours; the preview page replaces it to force a colour scheme. */
export const darkMedia = '@media (prefers-color-scheme:dark)';

/** Custom properties for pages, in both colour schemes. */
export function pageVariables(): string {
  const variables = (palette: Palette) =>
    Object.entries(palette)
      .map(([name, colour]) => `--${name}:${colour}`)
      .join(';');
  return [
    `:root{color-scheme:light dark;--serif:${font.serif};--sans:${font.sans};${variables(light)}}`,
    `${darkMedia}{:root{${variables(dark)}}}`,
  ].join('\n');
}

/**
 * Styles that cannot be inline. Light colours are inline, so a client that drops this stylesheet shows the light mail.
 * Outlook.com and its apps mark dark mode with data-ogsc (text) and data-ogsb (background).
 */
export function emailCss(): string {
  const text: readonly (readonly [string, string])[] = [
    ['td', dark.ink],
    ['th', dark.ink],
    ['h1', dark.ink],
    ['h2', dark.ink],
    ['h3', dark.ink],
    ['a', dark.ink],
    ['.mu', dark.muted],
    ['.sh', dark.ship],
    ['.sk', dark.skip],
  ];
  const colours = (prefix: string) =>
    text.map(([selector, colour]) => `${prefix}.pg ${selector}{color:${colour}!important}`).join('');
  const lines = (prefix: string) =>
    `${prefix}.pg td,${prefix}.pg th{border-color:${dark.hairline}!important}` +
    `${prefix}.pg .hv{border-color:${dark.ink}!important}`;
  const paper = (selector: string) => `${selector}{background-color:${dark.paper}!important}`;
  return [
    ':root{color-scheme:light dark;supported-color-schemes:light dark}',
    'body{margin:0;-webkit-text-size-adjust:100%;text-size-adjust:100%}',
    `.pg a{color:${light.ink}}.sh,.sk{letter-spacing:1px}`,
    `${darkMedia}{${paper('body')}${paper('.pg')}${colours('')}${lines('')}}`,
    `${paper('[data-ogsb] .pg')}${colours('[data-ogsc] ')}${lines('[data-ogsc] ')}`,
  ].join('\n');
}

/**
 * The `mj-head` of every template in templates/, whose authors write mj-class, never a colour. All on one line, so that
 * the line numbers in MJML's errors are those of the author's file.
 */
export function mjmlHead(): string {
  return [
    '<mj-attributes>',
    `<mj-all font-family="${font.sans}" />`,
    `<mj-body width="600px" background-color="${light.paper}" />`,
    '<mj-section padding="0 20px" />',
    '<mj-column padding="0" />',
    `<mj-text padding="0 0 16px" font-size="16px" line-height="25px" color="${light.ink}" />`,
    `<mj-divider padding="0 0 20px" border-width="3px" border-color="${light.ink}" />`,
    `<mj-button css-class="bt" align="left" padding="4px 0 20px" inner-padding="12px 22px" border-radius="0" font-size="16px" background-color="${light.ink}" color="${light.paper}" />`,
    `<mj-class name="label" font-size="12px" line-height="18px" letter-spacing="1px" color="${light.muted}" css-class="mu" />`,
    `<mj-class name="headline" font-family="${font.serif}" font-size="30px" line-height="36px" padding="0 0 16px" />`,
    `<mj-class name="figures" font-size="15px" line-height="24px" />`,
    `<mj-class name="small" font-size="13px" line-height="20px" color="${light.muted}" css-class="mu" />`,
    '</mj-attributes>',
    '<mj-style inline="inline">h1{margin:0;font:inherit}</mj-style>',
    `<mj-style>${mjmlCss()}</mj-style>`,
  ].join('');
}

/** MJML puts css-class on wrappers and colours on their content, hence the child selectors. */
function mjmlCss(): string {
  const rules = (prefix: string) =>
    [
      `${prefix}.mj td,${prefix}.mj div,${prefix}.mj th,${prefix}.mj a{color:${dark.ink}!important}`,
      `${prefix}.mj .mu,${prefix}.mj .mu div,${prefix}.mj .mu a{color:${dark.muted}!important}`,
      `${prefix}.mj p{border-color:${dark.ink}!important}`,
      `${prefix}.mj .bt td{background-color:${dark.ink}!important;background:${dark.ink}!important}`,
      `${prefix}.mj .bt a,${prefix}.mj .bt p{color:${dark.paper}!important;background:${dark.ink}!important}`,
    ].join('');
  const paper = (selector: string) => `${selector}{background-color:${dark.paper}!important}`;
  return [
    ':root{color-scheme:light dark;supported-color-schemes:light dark}',
    '.mj .bt a{text-decoration:none}a{color:inherit;text-decoration:underline}',
    `${darkMedia}{${paper('body')}${paper('.mj')}${paper('.mj>div,.mj>main>div')}${rules('')}}`,
    `${paper('[data-ogsb] .mj')}${paper('[data-ogsb] .mj>div,[data-ogsb] .mj>main>div')}${rules('[data-ogsc] ')}`,
  ].join('');
}
