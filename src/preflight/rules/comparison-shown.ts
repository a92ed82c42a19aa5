import type { Comparison } from '../../domain/comparison/comparison.ts';
import { verdictHeadline } from '../../domain/comparison/verdict.ts';
import { visibleLine } from '../../domain/text.ts';
import { errorOf, placeOf, type Rule } from '../rule.ts';

const error = errorOf('comparison-shown');

/** Html and text show each comparison with both names, its verdict, both entry prices and its link. */
export const comparisonShown: Rule = ({ page, rendered, content }) => {
  const textOf = textSections(rendered.text, content.comparisons);
  return content.comparisons.flatMap((comparison) => {
    const html = page.sections.get(comparison.slug);
    const text = textOf.get(comparison);
    const missing = [
      ...missingFrom('html', html?.text, comparison),
      ...(html?.links.includes(comparison.url) ? [] : ['its link in the html']),
      ...missingFrom('text part', text, comparison),
      ...(text === undefined ? ['its link in the text part'] : []),
    ];
    if (missing.length === 0) return [];
    return [
      error(
        placeOf(comparison),
        `Missing: ${missing.join('; ')}.`,
        'Render the issue again. If that does not help, fix the template or drop the comparison.',
      ),
    ];
  });
};

function missingFrom(part: string, shown: string | undefined, comparison: Comparison): readonly string[] {
  if (shown === undefined) return [`the whole comparison in the ${part}`];
  const wanted = [
    ...comparison.tools.map((tool) => ['the name', tool.name] as const),
    ['the verdict', verdictHeadline(comparison)] as const,
    ...comparison.tools.map((tool) => ['the entry price', tool.entryPrice] as const),
  ];
  return wanted
    .filter(([, words]) => visibleLine(words) === '' || !shown.includes(visibleLine(words)))
    .map(([name, words]) => `${name} "${visibleLine(words).slice(0, 80)}" in the ${part}`);
}

/** The text part has no ids, but each comparison ends with the line that ends with its link. */
function textSections(text: string, comparisons: readonly Comparison[]): ReadonlyMap<Comparison, string> {
  const lines = text.split('\n');
  const sections = new Map<Comparison, string>();
  let from = 0;
  for (const comparison of comparisons) {
    const end = lines.findIndex((line, at) => at >= from && line.endsWith(` ${comparison.url}`));
    if (end === -1) continue;
    sections.set(comparison, visibleLine(lines.slice(from, end + 1).join(' ')));
    from = end + 1;
  }
  return sections;
}
