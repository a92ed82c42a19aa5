import fc from 'fast-check';
import { signEvent } from '../support/fake-resend/webhooks.ts';

/** A request as it goes over the wire, often invalid. */
export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** How much Content-Length exceeds the body, after which the connection ends. */
  readonly extraLength: number;
}

/** A real subscriber, whom no request may change. */
export interface Victim {
  readonly email: string;
  readonly readerToken: string;
}

const payloads = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'-alert(1)-'<svg onload=alert(1)>",
  "'; drop table subscribers; --",
  '" or ""="',
  'ada@readers.example\r\nBcc: eve@elsewhere.example',
  'x\r\nX-Injected: yes\r\n\r\n<script>',
  'a@b.dev\0',
  '%00',
  '%ff%fe%',
  '../../../etc/passwd',
  '{{constructor}} {{{READER}}}',
  "=cmd|'/c calc'!A0",
  '\u202egnp.exe@b.dev',
  '\ud800@b.dev',
  `${'a'.repeat(5_000)}@b.dev`,
  'a@'.repeat(2_000),
  '',
];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...payloads) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.emailAddress() },
);

/** Any header value except one that ends the head. That some values inject another header is the point. */
const oneLine = (value: string) => value.replaceAll('\r\n\r\n', ' ').slice(0, 2_000);

/** Mostly without the characters that every server rejects, so most requests reach our code. */
const headerText = fc.oneof(
  { weight: 19, arbitrary: text.map((value) => oneLine(value).replace(/[^\x20-\x7e\x80-\xff]/g, '?')) },
  { weight: 1, arbitrary: text.map(oneLine) },
);

const fields = fc.oneof(
  fc.record(
    { email: text, website: text, made: text, wording: text, 'as-typed': text, action: text, extra: text },
    { requiredKeys: [] },
  ),
  fc.record({ email: fc.oneof(text, fc.emailAddress()), wording: text, extra: text }),
);

/** A content type, and a body that may not match it. */
const bodies = fc.oneof(
  fields.map((values) => ['application/x-www-form-urlencoded', encoded(values)] as const),
  fields.map((values) => ['application/json', JSON.stringify(values)] as const),
  fc.json({ maxDepth: 3 }).map((json) => ['application/json', json] as const),
  fields.map((values) => ['application/json', JSON.stringify(values).slice(0, -3)] as const),
  fields.map((values) => ['multipart/form-data; boundary=x', multipart(values)] as const),
  text.map((body) => ['multipart/form-data', body] as const),
  text.map((body) => ['application/x-www-form-urlencoded; charset=utf-7', body] as const),
  text.map((body) => ['text/plain', body] as const),
  headerText.map((type) => [type, 'x'] as const),
  fc.constant(['application/json', `{"email":"${'a'.repeat(300_000)}"}`] as const),
);

const encoded = (values: object) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value).toWellFormed())}`)
    .join('&');

const multipart = (values: object) =>
  `${Object.entries(values)
    .map(([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('')}--x--\r\n`;

const inPath = (value: string) => encodeURIComponent(value.toWellFormed()).slice(0, 6_000);

const methods = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'FOO');

const tails = fc.oneof(
  text.map(inPath),
  text.map((value) => value.replace(/[\s\0]/g, '_').slice(0, 500)),
);

const paths = fc.oneof(
  fc.constantFrom('/', '/subscribe', '/issues', '/feed.xml', '/webhooks/resend', '/u', '/confirm'),
  fc
    .tuple(fc.constantFrom('/confirm/', '/u/', '/preferences/', '/data/', '/issues/', '/'), tails)
    .map(([start, tail]) => start + tail),
  tails.map((tail) => `/issues/${tail}/frame`),
  tails.map((tail) => `/subscribe?email=${tail}`),
);

const headers = fc
  .record(
    {
      origin: fc.oneof(
        text,
        fc.constantFrom('null', 'https://elsewhere.example', 'https://verdicts.example'),
      ),
      'sec-fetch-site': fc.constantFrom('cross-site', 'same-origin', 'none', 'nonsense'),
      accept: fc.oneof(headerText, fc.constantFrom('application/json', 'text/html')),
      referer: headerText,
      cookie: headerText,
      'if-none-match': headerText,
      'accept-encoding': headerText,
      'user-agent': headerText,
    },
    { requiredKeys: [] },
  )
  .map((record) => Object.entries(record));

const senders = fc.oneof(
  { weight: 5, arbitrary: fc.ipV4() },
  { weight: 1, arbitrary: fc.ipV6() },
  { weight: 1, arbitrary: headerText },
);

const anything: fc.Arbitrary<HostileRequest> = fc
  .record({
    method: fc.oneof({ weight: 3, arbitrary: fc.constant('POST') }, { weight: 2, arbitrary: methods }),
    path: fc.oneof({ weight: 1, arbitrary: fc.constant('/subscribe') }, { weight: 2, arbitrary: paths }),
    headers: fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: headers }),
    sender: senders,
    body: bodies,
    extraLength: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(50) }),
  })
  .map(({ method, path, headers: given, sender, body: [type, body], extraLength }) => ({
    method,
    path,
    headers: [...given, ['x-forwarded-for', sender], ['content-type', type]],
    body: method === 'GET' || method === 'HEAD' ? '' : body,
    extraLength: method === 'POST' ? extraLength : 0,
  }));

/** Real tokens in requests that must change nothing. */
const againstVictims = (victims: readonly Victim[]): fc.Arbitrary<HostileRequest> =>
  fc
    .record({
      victim: fc.constantFrom(...victims),
      start: fc.constantFrom('/u/', '/preferences/'),
      method: methods.filter((method) => method !== 'POST'),
      forge: fc.boolean(),
      origin: fc.constantFrom('https://elsewhere.example', 'null', 'http://127.0.0.1:1'),
      action: fc.constantFrom('leave', 'pause', 'data'),
    })
    .map(({ victim: { readerToken }, start, method, forge, origin, action }) =>
      forge
        ? {
            method: 'POST',
            path: `/preferences/${readerToken}`,
            headers: [
              ['origin', origin],
              ['sec-fetch-site', 'cross-site'],
              ['content-type', 'application/x-www-form-urlencoded'],
            ],
            body: `action=${action}`,
            extraLength: 0,
          }
        : { method, path: start + readerToken, headers: [], body: '', extraLength: 0 },
    );

/** Webhooks that are unsigned, signed with another secret, changed, an hour old or garbled. */
const webhooks = (victims: readonly Victim[]): fc.Arbitrary<HostileRequest> =>
  fc
    .record({
      victim: fc.constantFrom(...victims),
      forgery: fc.constantFrom('unsigned', 'other secret', 'changed', 'old', 'garbled'),
      noise: text,
    })
    .map(({ victim, forgery, noise }) => {
      const event = {
        type: 'email.complained',
        created_at: new Date().toISOString(),
        data: { email_id: 'e', to: [victim.email], subject: noise.toWellFormed() },
      };
      const signed = signEvent(event, {
        ...(forgery === 'other secret'
          ? { secret: `whsec_${Buffer.from('not it').toString('base64')}` }
          : {}),
        ...(forgery === 'old' ? { at: new Date(Date.now() - 3_600_000) } : {}),
      });
      const svix = forgery === 'unsigned' ? [] : Object.entries(signed.headers);
      const body = forgery === 'changed' ? signed.body.replace('complained', 'bounced') : signed.body;
      return {
        method: 'POST',
        path: '/webhooks/resend',
        headers: [
          ...svix.map(
            ([name, value]) => [name, forgery === 'garbled' ? `${value.slice(1)}x` : value] as const,
          ),
          ['content-type', 'application/json'],
        ],
        body,
        extraLength: 0,
      };
    });

export const hostileRequests = (victims: readonly Victim[]): fc.Arbitrary<HostileRequest> =>
  fc.oneof(
    { weight: 8, arbitrary: anything },
    { weight: 1, arbitrary: againstVictims(victims) },
    { weight: 1, arbitrary: webhooks(victims) },
  );
