import * as z from 'zod';
import type { Comparison, Tool } from './comparison.ts';
import {
  type Fault,
  limitFaults,
  type Misspelt,
  misspeltKeys,
  type Path,
  pathText,
  plainErrorMap,
  printable,
} from './faults.ts';
import { instant, label, quote, reviewer, slug, text, url, voteCount } from './fields.ts';

const maxComparisons = 10_000;

const review = z.object({
  reviewer,
  verdict: z.enum(['ship', 'skip']),
  quote,
});

const tool = z.object({
  slug,
  name: label(300),
  category: label(300),
  tagline: label(500),
  description: text(5_000),
  entryPrice: label(100),
  url: url.nullable().default(null),
  communityVotes: z.object({ ship: voteCount, skip: voteCount }).nullable(),
  reviews: z
    .array(review)
    .max(100)
    .check(({ value: reviews, issues }) => {
      const seen = new Set<string>();
      for (const [index, { reviewer }] of reviews.entries()) {
        if (seen.has(reviewer))
          issues.push(
            fault(reviewer, [index, 'reviewer'], `${printable(reviewer)} has already reviewed this tool`),
          );
        seen.add(reviewer);
      }
    }),
});

const comparison = z.object({
  slug,
  url,
  publishedAt: instant,
  pricesCheckedAt: instant.nullable().default(null),
  tools: z
    .array(tool)
    .length(2, { error: ({ input }) => `expected exactly two tools, got ${(input as unknown[]).length}` })
    .check(({ value: [first, second], issues }) => {
      if (first !== undefined && first.slug === second?.slug)
        issues.push(
          fault(first.slug, [1, 'slug'], `expected another tool, got ${printable(first.slug)} twice`),
        );
    })
    .transform(([first, second]) => [first, second] as [Tool, Tool]),
});

const file = z.object({ comparisons: z.array(z.unknown()).max(maxComparisons) });

export type ParsedComparison =
  | { readonly ok: true; readonly comparison: Comparison }
  | { readonly ok: false; readonly faults: readonly Fault[] };

export type ParsedComparisons =
  | { readonly ok: true; readonly comparisons: Comparison[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Parses one untrusted comparison, such as a row of the database. The paths of faults begin with `root`. */
export function parseComparison(json: unknown, root = 'comparison'): ParsedComparison {
  const parsed = comparison.safeParse(json, { error: plainErrorMap });
  const misspelt = misspeltKeys(comparison, json);
  if (parsed.success && misspelt.length === 0) return { ok: true, comparison: parsed.data };
  const faults = faultsOf(parsed.error?.issues ?? [], misspelt, root);
  return { ok: false, faults: limitFaults(faults) };
}

/**
 * Parses an import file, `{ "comparisons": [...] }`, all or nothing. Comparisons share tools, so a tool that appears in
 * several must be the same in each.
 */
export function parseComparisons(json: unknown): ParsedComparisons {
  const outer = file.safeParse(json, { error: plainErrorMap });
  if (!outer.success) {
    const faults = faultsOf(outer.error.issues, misspeltKeys(file, json), '');
    return {
      ok: false,
      faults: faults.map(({ path, message }) => ({ path: path || '(top level)', message })),
    };
  }
  const comparisons: Comparison[] = [];
  const faults: Fault[] = [];
  const slugs = new Map<string, string>();
  const tools = new Map<string, { tool: Tool; path: string }>();
  for (const [index, item] of outer.data.comparisons.entries()) {
    const path = `comparisons[${index}]`;
    const parsed = comparison.safeParse(item, { error: plainErrorMap });
    for (const fault of faultsOf(parsed.error?.issues ?? [], misspeltKeys(comparison, item), path))
      faults.push(fault);
    if (!parsed.success) continue;
    comparisons.push(parsed.data);
    const { slug } = parsed.data;
    const earlier = slugs.get(slug);
    if (earlier !== undefined)
      faults.push({ path: `${path}.slug`, message: `${printable(slug)} is already the slug of ${earlier}` });
    else slugs.set(slug, path);
    for (const [side, tool] of parsed.data.tools.entries()) {
      const here = `${path}.tools[${side}]`;
      const known = tools.get(tool.slug);
      if (known === undefined) tools.set(tool.slug, { tool, path: here });
      else faults.push(...differences(tool, here, known.tool, known.path));
    }
  }
  return faults.length === 0 ? { ok: true, comparisons } : { ok: false, faults: limitFaults(faults) };
}

/** One fault per mistake: a misspelt required key is not also reported as missing. */
function faultsOf(issues: readonly z.core.$ZodIssue[], misspelt: readonly Misspelt[], root: string): Fault[] {
  const meant = new Set(misspelt.map(({ path, meant }) => pathText([...path.slice(0, -1), meant], root)));
  return [
    ...misspelt.map(({ path, meant }) => ({
      path: pathText(path, root),
      message: `unknown key, did you mean "${meant}"?`,
    })),
    ...issues
      .map(({ path, message }) => ({ path: pathText(path, root), message }))
      .filter(({ path, message }) => message !== 'missing' || !meant.has(path)),
  ];
}

function differences(tool: Tool, path: string, known: Tool, knownPath: string): Fault[] {
  return (Object.keys(known) as (keyof Tool)[])
    .filter((key) => JSON.stringify(tool[key]) !== JSON.stringify(known[key]))
    .map((key) => ({
      path: `${path}.${key}`,
      message: `expected the same as ${knownPath}.${key}, since both are the tool ${printable(tool.slug)}`,
    }));
}

function fault(input: unknown, path: Path, message: string): z.core.$ZodRawIssue {
  return { code: 'custom', input, path: [...path], message };
}
