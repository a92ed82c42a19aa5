import { eventOf, type SignedEvent, signEvent } from '../../tests/support/fake-resend/webhooks.ts';
import { answerParent } from '../child.ts';
import { drive } from '../http/drive.ts';
import { distinct, type Load, typeOf } from './load.ts';

/** Signed before the clock runs: that is Resend's work. */
function signedEvents(load: Load): SignedEvent[] {
  const made = Array.from({ length: distinct(load) }, (_, n) => {
    const reader = load.firstReader + n;
    const tags = {
      issue: String(load.issueId),
      batch: String(Math.floor(n / 100) + 1),
      delivery: String(reader),
    };
    const email = { id: `email-${reader}`, to: [`reader-${n + 1}@readers.example`], tags };
    const bounce = typeOf(n);
    return signEvent(
      bounce === null
        ? eventOf(email, 'email.delivered')
        : eventOf(email, 'email.bounced', { bounce: { type: bounce, subType: 'General', message: 'no' } }),
    );
  });
  return shuffled([...made, ...shuffled(made).slice(0, load.events - made.length)]);
}

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);

let signed: SignedEvent[] | null = null;

answerParent(async (message: 'sign' | 'go', load: Load) => {
  signed ??= signedEvents(load);
  if (message === 'sign') return {};
  const left = signed.values();
  let n = 0;
  return drive(() => {
    const { value } = left.next();
    if (value === undefined) return null;
    n += 1;
    return {
      url: `${load.urls[n % load.urls.length]}webhooks/resend`,
      options: {
        method: 'POST',
        headers: {
          ...value.headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(value.body),
        },
      },
      body: value.body,
    };
  }, load.connections);
});
