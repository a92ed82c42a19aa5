import { html } from 'hono/html';
import type { Html } from '../layout/document.ts';

/** A small phone, the width mails are designed for, and a desktop reading pane. */
export const frameWidths = [320, 600, 700] as const;
type FrameWidth = (typeof frameWidths)[number];

const schemes = ['light', 'dark'] as const;
export type Scheme = (typeof schemes)[number];

/** `null` shows all. */
export interface Choice {
  readonly width: FrameWidth | null;
  readonly scheme: Scheme | null;
}

export function parseChoice(query: Readonly<Record<string, string>>): Choice {
  return {
    width: frameWidths.find((width) => String(width) === query.width) ?? null,
    scheme: parseScheme(query.scheme),
  };
}

export function parseScheme(text: string | undefined): Scheme | null {
  return schemes.find((scheme) => scheme === text) ?? null;
}

/** The issue in frames of real widths; plain links choose among them. */
export function framesSection(week: string, choice: Choice): Html {
  const widths = choice.width === null ? frameWidths : [choice.width];
  const shown = choice.scheme === null ? schemes : [choice.scheme];
  return html`<section aria-labelledby="frames">
<h2 id="frames">As readers see it</h2>
<nav class="choices" aria-label="Widths and schemes">
${choices('Width', week, choice, 'width', [[null, 'All'], ...frameWidths.map((width) => [width, `${width} px`] as const)])}
${choices('Scheme', week, choice, 'scheme', [
  [null, 'Both'],
  ['light', 'Light'],
  ['dark', 'Dark'],
])}
</nav>
${widths.map((width) => html`<div class="pair">${shown.map((scheme) => frame(week, width, scheme))}</div>`)}
</section>`;
}

function choices(
  title: string,
  week: string,
  choice: Choice,
  key: keyof Choice,
  options: readonly (readonly [Choice[keyof Choice], string])[],
): Html {
  return html`<p><span class="label">${title}</span> ${options.map(
    ([value, label]) =>
      html`<a href="${linkTo(week, { ...choice, [key]: value })}"${choice[key] === value && html` aria-current="true"`}>${label}</a> `,
  )}</p>`;
}

function linkTo(week: string, choice: Choice): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(choice)) if (value !== null) query.set(key, String(value));
  return `/issues/${week}${query.size === 0 ? '' : `?${query}`}#frames`;
}

function frame(week: string, width: FrameWidth, scheme: Scheme): Html {
  const source = `/frame/${week}?scheme=${scheme}`;
  return html`<figure class="w${width}">
<figcaption>${width} px, ${scheme} <a href="${source}" aria-label="Open the ${scheme} issue on its own">open</a></figcaption>
<div class="pane"><iframe class="${scheme}" src="${source}" title="The issue ${width} px wide, ${scheme}" width="${width}" height="720" loading="lazy" referrerpolicy="no-referrer" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe></div>
</figure>`;
}
