import type { Tool } from './comparison.ts';

interface Money {
  readonly currency: string;
  /** Millionths of the currency unit, so that comparisons are exact. */
  readonly micros: number;
  readonly period: 'once' | 'month' | 'year';
  /** "per seat", "per 1M tokens": only prices with the same unit are compared. */
  readonly unit: string;
}

/** One sentence that compares the two entry prices. */
export function pricingRead([a, b]: readonly [Tool, Tool]): string {
  const [priceA, priceB] = [a.entryPrice.trim(), b.entryPrice.trim()];
  const [moneyA, moneyB] = [parseMoney(priceA), parseMoney(priceB)];
  if (isFree(priceA) && isFree(priceB)) return 'Both are free to start.';
  if (isPaid(priceA) && isPaid(priceB)) return 'Both are paid.';
  if (priceA.toLowerCase() === priceB.toLowerCase())
    return `Both ${moneyA === null ? 'list the same entry price' : 'start at the same price'}: ${priceA}.`;
  if (isFree(priceA)) return `${a.name} is free to start; ${b.name} is ${paidPhrase(priceB)}.`;
  if (isFree(priceB)) return `${b.name} is free to start; ${a.name} is ${paidPhrase(priceA)}.`;

  if (moneyA === null || moneyB === null) return `${statement(a, moneyA)}; ${statement(b, moneyB)}.`;
  if (!comparable(moneyA, moneyB))
    return `${a.name} starts at ${withoutFrom(priceA)}, ${b.name} at ${withoutFrom(priceB)}.`;
  const difference = yearly(moneyA) - yearly(moneyB);
  if (difference === 0)
    return `Both start at the same price: ${withoutFrom(priceA)} and ${withoutFrom(priceB)}.`;
  const [cheaper, dearer] = difference < 0 ? [a, b] : [b, a];
  return `${cheaper.name} is cheaper to start: ${withoutFrom(cheaper.entryPrice)} against ${withoutFrom(dearer.entryPrice)}.`;
}

/** "Free trial", "Free first month" and "Free for 14 days" do not count as free. */
function isFree(label: string): boolean {
  if (parseMoney(label)?.micros === 0) return true;
  return /^free(?:mium)?\b/i.test(label) && !/\b(?:trial|first|\d+[\s-]*(?:day|week|month))/i.test(label);
}

function isPaid(label: string): boolean {
  return label.toLowerCase() === 'paid';
}

function paidPhrase(label: string): string {
  return isPaid(label) ? 'paid' : `not (${label})`;
}

function statement({ name, entryPrice }: Tool, money: Money | null): string {
  if (money !== null) return `${name} starts at ${withoutFrom(entryPrice)}`;
  return isPaid(entryPrice.trim()) ? `${name} is paid` : `${name} lists “${entryPrice.trim()}”`;
}

/** "From $20/mo" becomes "$20/mo", as in "starts at $20/mo". */
function withoutFrom(label: string): string {
  return label.trim().replace(/^from\s+/i, '');
}

const currencies: Record<string, string> = { $: 'USD', '€': 'EUR', '£': 'GBP' };

/**
 * Thousands separated by commas, decimals by a point or, if one or two digits, a comma: `$1,200/yr`, `€9,99 / month`,
 * `$0.0004 per 1K tokens`. Ambiguous amounts such as `€1.200` do not match.
 */
const moneyPattern =
  /^(?:from\s+)?([$€£]|USD|EUR|GBP)\s?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,6})|,(\d{1,2}))?(?![.,]?\d)\s*(?:(?:\/|per)\s*(mo|month|yr|year)\b)?\s*(.*)/i;

function parseMoney(label: string): Money | null {
  const [, symbol, whole, point, comma, period, unit = ''] = moneyPattern.exec(label) ?? [];
  if (symbol === undefined || whole === undefined) return null;
  if (point?.length === 3 && whole !== '0') return null;
  const fraction = (point ?? comma ?? '').padEnd(6, '0');
  const micros = Number(whole.replaceAll(',', '')) * 1_000_000 + Number(fraction);
  if (!Number.isSafeInteger(micros * 12)) return null;
  return {
    currency: currencies[symbol] ?? symbol.toUpperCase(),
    micros,
    period: period === undefined ? 'once' : period.toLowerCase().startsWith('m') ? 'month' : 'year',
    unit: unit.toLowerCase(),
  };
}

function comparable(a: Money, b: Money): boolean {
  return a.currency === b.currency && a.unit === b.unit && (a.period === 'once') === (b.period === 'once');
}

function yearly({ micros, period }: Money): number {
  return period === 'month' ? micros * 12 : micros;
}
