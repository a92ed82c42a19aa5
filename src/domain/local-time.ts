import { tzOffset } from '@date-fns/tz';

/** What a clock in the time zone shows, as if it were UTC; an invalid date for an unknown zone. */
export const wallClock = (instant: Date, timeZone: string) =>
  new Date(instant.getTime() + offsetMs(instant, timeZone));

/** How far clocks in the time zone are ahead of UTC. */
export const offsetMs = (instant: Date, timeZone: string) => tzOffset(timeZone, instant) * 60_000;

/** "Tuesday 1 December 2026, 09:00 Europe/Berlin" */
export function localTime(instant: Date, timeZone: string): string {
  const day = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  }).format(instant);
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  return `${day.replace(',', '')}, ${time.format(instant)} ${timeZone}`;
}

/** "2026-12-01 09:00": for columns, all in one time zone. */
export const shortLocalTime = (instant: Date, timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(instant);
