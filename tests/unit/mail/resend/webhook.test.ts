import fc from 'fast-check';
import { Resend } from 'resend';
import { describe, expect, it } from 'vitest';
import { resendWebhooks } from '../../../../src/mail/resend/webhook.ts';
import {
  eventOf,
  type SignedEvent,
  signEvent,
  webhookSecret,
} from '../../../support/fake-resend/webhooks.ts';

const readWebhook = resendWebhooks(webhookSecret);
const read = ({ body, headers }: SignedEvent) =>
  readWebhook(body, {
    id: headers['svix-id'],
    timestamp: headers['svix-timestamp'],
    signature: headers['svix-signature'],
  });

const at = new Date('2026-11-24T09:00:05.250Z');
const email = {
  id: '4ef9a417-02e9-4d39-ad75-9611e0fcc33c',
  to: ['Ada@Readers.example'],
  tags: { issue: '7', batch: '12', delivery: '1034' },
};
const readEvent = (type: string, data: object = {}) =>
  read(signEvent(eventOf(email, type, data, at), { id: 'msg_1' }));

describe('a webhook', () => {
  it('is read when its signature is valid, which the SDK confirms', () => {
    const signed = signEvent(eventOf(email, 'email.delivered', {}, at), { id: 'msg_1' });
    const verified = new Resend('re_any').webhooks.verify({
      payload: signed.body,
      headers: {
        id: 'msg_1',
        timestamp: signed.headers['svix-timestamp'],
        signature: signed.headers['svix-signature'],
      },
      webhookSecret,
    });
    expect(verified.type).toBe('email.delivered');
    expect(read(signed)).toEqual({
      eventId: 'msg_1',
      type: 'delivered',
      at,
      providerId: email.id,
      tagged: { issueId: 7, batchNo: 12, subscriberId: 1034 },
      address: 'ada@readers.example',
      detail: null,
      suppresses: null,
    });
  });

  it('is read when one of several signatures is valid, as while the secret is rotated', () => {
    const { body, headers } = signEvent(eventOf(email, 'email.sent'));
    const signature = `v1,b3RoZXI= v2,x ${headers['svix-signature']}`;
    expect(read({ body, headers: { ...headers, 'svix-signature': signature } })?.type).toBe('sent');
  });

  it('is refused when forged, altered, stale, from the future or without its headers', () => {
    const payload = eventOf(email, 'email.complained');
    const good = signEvent(payload);
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    const changed = (headers: object): SignedEvent => ({ ...good, headers: { ...good.headers, ...headers } });
    expect(read(good)).not.toBeNull();
    const refused = [
      signEvent(payload, { secret: `whsec_${Buffer.from('another secret, as long').toString('base64')}` }),
      { ...good, body: good.body.replace('Ada', 'Bob') },
      { ...good, body: `${good.body} ` },
      signEvent(payload, { at: minutesAgo(6) }),
      signEvent(payload, { at: minutesAgo(-6) }),
      changed({ 'svix-id': 'msg_other' }),
      changed({ 'svix-id': '' }),
      changed({ 'svix-timestamp': '' }),
      changed({ 'svix-timestamp': 'soon' }),
      changed({ 'svix-signature': '' }),
      changed({ 'svix-signature': 'v1' }),
      changed({ 'svix-signature': good.headers['svix-signature'].replace('v1,', 'v2,') }),
      signEvent(payload, { id: 'x'.repeat(201) }),
      signEvent(payload, { id: 'msg_\n1' }),
    ];
    for (const signed of refused) expect(read(signed)).toBeNull();
  });

  it.each(['', 'null', '[]', '"text"', '{}', '{"type":7}', '{"type":"email.sent"'])(
    'is refused when the signed body is not an event: %s',
    (body) => {
      expect(read(signEvent(body))).toBeNull();
    },
  );

  it.each([
    [
      'email.bounced',
      { bounce: { type: 'Permanent', subType: 'General', message: 'unknown address ada@x.dev' } },
      'bounced',
      'Permanent/General',
      'hard_bounce',
    ],
    [
      'email.bounced',
      { bounce: { type: 'Transient', subType: 'MailboxFull' } },
      'soft_bounced',
      'Transient/MailboxFull',
      null,
    ],
    [
      'email.bounced',
      { bounce: { type: 'Undetermined', subType: 'Undetermined' } },
      'soft_bounced',
      'Undetermined/Undetermined',
      null,
    ],
    ['email.bounced', {}, 'soft_bounced', null, null],
    ['email.complained', {}, 'complained', null, 'complaint'],
    [
      'email.suppressed',
      { suppressed: { type: 'OnAccountSuppressionList', message: 'ada@x.dev' } },
      'suppressed',
      'OnAccountSuppressionList',
      'provider',
    ],
    ['email.suppressed', {}, 'suppressed', null, 'provider'],
    ['email.delivered', {}, 'delivered', null, null],
    ['email.delivery_delayed', {}, 'delivery_delayed', null, null],
    ['email.opened', {}, 'opened', null, null],
    ['email.clicked', { click: { link: 'https://x.dev' } }, 'clicked', null, null],
    ['email.failed', { failed: { reason: 'quota of ada@x.dev' } }, 'failed', 'quota of [address]', null],
    ['email.failed', {}, 'failed', null, null],
    ['email.failed', { failed: { reason: 'x'.repeat(150) } }, 'failed', 'x'.repeat(100), null],
    ['email.unknown_event', {}, 'unknown_event', null, null],
    ['domain.updated', {}, 'domain.updated', null, null],
    ['other.email.sent', {}, 'other.email.sent', null, null],
  ])('%s %j becomes %s', (type, data, expected, detail, suppresses) => {
    expect(readEvent(type, data)).toMatchObject({ type: expected, detail, suppresses });
  });

  it('names the address that the provider suppressed', () => {
    const added = (origin: string) =>
      read(signEvent({ type: 'suppression.added', created_at: at, data: { email: 'B@x.dev', origin } }));
    expect(added('bounce')).toMatchObject({
      address: 'b@x.dev',
      detail: 'bounce',
      suppresses: 'hard_bounce',
    });
    expect(added('complaint')).toMatchObject({ suppresses: 'complaint' });
    expect(added('manual')).toMatchObject({ suppresses: 'provider' });
    const removed = read(signEvent({ type: 'suppression.removed', data: { email: 'b@x.dev' } }));
    expect(removed).toMatchObject({ type: 'suppression.removed', suppresses: null });
  });

  it('names no address when the email had several recipients, since ours have one', () => {
    const to = (...addresses: string[]) =>
      read(signEvent({ type: 'email.complained', created_at: at, data: { to: addresses } }));
    expect(to('ada@x.dev')?.address).toBe('ada@x.dev');
    expect(to('ada@x.dev', 'bob@x.dev')).toMatchObject({ type: 'complained', address: null });
    expect(to()?.address).toBeNull();
  });

  it.each([
    ['2026-11-24T10:00:05.250+01:00', at],
    ['2000-01-01T00:00:00Z', new Date('2000-01-01T00:00:00Z')],
    ['2099-12-31T23:59:59Z', new Date('2099-12-31T23:59:59Z')],
    ['1999-12-31T23:59:59Z', null],
    ['2100-01-01T00:00:00Z', null],
  ])('created at %s has that time, unless it is of another century', (created_at, time) => {
    const signedAt = new Date(Math.floor(Date.now() / 1_000) * 1_000);
    const event = read(signEvent({ type: 'email.sent', created_at }, { at: signedAt }));
    expect(event?.at).toEqual(time ?? signedAt);
  });

  it.each(['1 ', ' 1', 'x1', '1x', '01', '0', ''])('with a tag of %j is not ours', (issue) => {
    const tags = { ...email.tags, issue };
    expect(read(signEvent(eventOf({ ...email, tags }, 'email.sent')))?.tagged).toBeNull();
  });

  it.each(['Ada Lovelace <ada@x.dev>', 'ada@x.dev bob@x.dev', 'a@', `${'a'.repeat(321)}`])(
    'names no address where there is %j',
    (address) => {
      expect(read(signEvent(eventOf({ ...email, to: [address] }, 'email.sent')))?.address).toBeNull();
    },
  );

  it('uses the time of signing when the event has no time, and ignores all tags when one is invalid', () => {
    const now = new Date();
    const event = read(
      signEvent({ type: 'email.sent', created_at: 'yesterday', data: { tags: { issue: '1', batch: '-2' } } }),
    );
    expect(event).toMatchObject({ tagged: null, address: null, providerId: null });
    expect(Math.abs(Number(event?.at.getTime()) - now.getTime())).toBeLessThan(2_000);
  });

  it('never throws, and returns only what can be stored, whatever the signed body contains', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    const anything = fc.anything({ values: [text, fc.double(), fc.constant(null)], maxDepth: 2 });
    const data = fc.record(
      Object.fromEntries(
        ['email_id', 'to', 'email', 'origin', 'tags', 'bounce', 'failed', 'suppressed'].map((key) => [
          key,
          fc.oneof(text, fc.array(text, { maxLength: 2 }), anything),
        ]),
      ),
      { requiredKeys: [] },
    );
    const types = fc.oneof(text, fc.constantFrom('email.bounced', 'email.failed', 'suppression.added'));
    fc.assert(
      fc.property(types, anything, data, (type, created_at, rest) => {
        const event = read(signEvent(JSON.stringify({ type, created_at, data: rest }) ?? ''));
        for (const part of [event?.type, event?.providerId, event?.detail, event?.address]) {
          if (part == null) continue;
          expect(part).not.toMatch(/\p{Cc}/u);
          expect(part.length).toBeLessThanOrEqual(330);
        }
        expect(event === null || !Number.isNaN(event.at.getTime())).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
