import type { SubscriberHistory } from '../../db/queries/audience/subscriber-history.ts';
import type { Output } from '../output.ts';

export function printSubscriberHistory(out: Output, story: SubscriberHistory): void {
  out.print(`${story.email}: ${story.status}`);
  if (story.consentSource !== null)
    out.print(`  Consent: ${story.consentSource}, ${story.consentedAt ?? 'time unknown'}`);
  if (story.confirmedAt !== null) out.print(`  Confirmed: ${story.confirmedAt}`);
  if (story.unsubscribedAt !== null) out.print(`  Unsubscribed: ${story.unsubscribedAt}`);
  if (story.pausedUntil !== null) out.print(`  Paused until: ${story.pausedUntil}`);
  if (story.suppression !== null)
    out.print(`  Suppressed since ${story.suppression.since}: ${story.suppression.reason}`);
  for (const issue of story.issues) {
    const why = issue.reason === null ? '' : ` (${issue.reason})`;
    out.print(
      `  Issue ${issue.week}: ${issue.state}${why}${issue.submittedAt === null ? '' : `, ${issue.submittedAt}`}`,
    );
  }
  for (const event of story.events)
    out.print(`  ${event.at}: ${event.type}${event.detail === null ? '' : ` (${event.detail})`}`);
}
