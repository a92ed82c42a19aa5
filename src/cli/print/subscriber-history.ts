import type { SubscriberHistory } from '../../db/queries/audience/subscriber-history.ts';
import type { Output } from '../output.ts';

export function sayStory(out: Output, story: SubscriberHistory): void {
  out.say(`${story.email}: ${story.status}`);
  if (story.consentSource !== null)
    out.say(`  Consent: ${story.consentSource}, ${story.consentedAt ?? 'time unknown'}`);
  if (story.confirmedAt !== null) out.say(`  Confirmed: ${story.confirmedAt}`);
  if (story.unsubscribedAt !== null) out.say(`  Unsubscribed: ${story.unsubscribedAt}`);
  if (story.pausedUntil !== null) out.say(`  Paused until: ${story.pausedUntil}`);
  if (story.suppression !== null)
    out.say(`  Suppressed since ${story.suppression.since}: ${story.suppression.reason}`);
  for (const issue of story.issues) {
    const why = issue.reason === null ? '' : ` (${issue.reason})`;
    out.say(
      `  Issue ${issue.week}: ${issue.state}${why}${issue.submittedAt === null ? '' : `, ${issue.submittedAt}`}`,
    );
  }
  for (const event of story.events)
    out.say(`  ${event.at}: ${event.type}${event.detail === null ? '' : ` (${event.detail})`}`);
}
