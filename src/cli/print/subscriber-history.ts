import type { SubscriberHistory } from '../../db/queries/audience/subscriber-history.ts';
import type { Output } from '../output.ts';

export function printSubscriberHistory(out: Output, history: SubscriberHistory): void {
  out.print(`${history.email}: ${history.status === 'unknown' ? 'not a subscriber' : history.status}`);
  if (history.consentSource !== null)
    out.print(`  Consent: ${history.consentSource}, ${history.consentedAt ?? 'time unknown'}`);
  if (history.confirmedAt !== null) out.print(`  Confirmed: ${history.confirmedAt}`);
  if (history.unsubscribedAt !== null)
    out.print(
      `  Unsubscribed: ${history.unsubscribedAt}${history.leftBy === null ? '' : ` (${history.leftBy})`}`,
    );
  if (history.pausedUntil !== null) out.print(`  Paused until: ${history.pausedUntil}`);
  if (history.suppression !== null) {
    const { since, reason, detail } = history.suppression;
    const when = since === null ? '' : ` since ${since}`;
    out.print(`  Suppressed${when}: ${reason}${detail === null ? '' : ` (${detail})`}`);
  }
  for (const { at, reason, source } of history.lifts)
    out.print(`  Suppression lifted ${at}: ${reason ?? 'before it was reported'}, ${source}`);
  if (history.forgottenAt !== null)
    out.print(
      `  The address and all else is no longer kept: found by the keyed hash that stays, since ${history.forgottenAt}`,
    );
  for (const issue of history.issues) {
    const why = issue.reason === null ? '' : ` (${issue.reason})`;
    out.print(
      `  Issue ${issue.week}: ${issue.state}${why}${issue.submittedAt === null ? '' : `, ${issue.submittedAt}`}`,
    );
  }
  if (history.issuesKnownFrom !== null)
    out.print(`  Issues before ${history.issuesKnownFrom} are no longer known for this person.`);
  if (history.eventsKnownFrom !== null)
    out.print(
      `  Which issues before ${history.eventsKnownFrom} were delivered, opened or clicked is no longer known.`,
    );
  for (const event of history.events)
    out.print(`  ${event.at}: ${event.type}${event.detail === null ? '' : ` (${event.detail})`}`);
}
