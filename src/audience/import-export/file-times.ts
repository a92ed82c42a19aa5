const dayMs = 86_400_000;

const pattern =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * A time in a file; null if it cannot be told. Without a zone it counts as UTC, and a day as its end, because a no must
 * not seem older than it is.
 */
export function readFileTime(text: string): Date | null {
  const [, day, clock, zone = 'Z'] = pattern.exec(text.trim()) ?? [];
  if (day === undefined) return null;
  const at = new Date(`${day}T${clock ?? '00:00'}${zone.toUpperCase() === 'UTC' ? 'Z' : zone.toUpperCase()}`);
  const ms = at.getTime() + (clock === undefined ? dayMs - 1 : 0);
  return Number.isNaN(ms) ? null : new Date(ms);
}
