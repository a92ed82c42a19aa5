import { expect, it } from 'vitest';
import type { ClaimedBatch } from '../../../../src/db/queries/sending/claims.ts';
import type { BatchOutcome } from '../../../../src/domain/sending/outcome.ts';
import { InFlight, maxHeldBytes, type Request } from '../../../../src/pipeline/send/in-flight.ts';

const claim: ClaimedBatch = {
  ...{ issueId: 1, no: 1, token: 'token', attempts: 1, bodySha256: null, lastError: null, recipients: [] },
};
const submitted: BatchOutcome = { kind: 'submitted', ids: [], rejected: [] };
const timedOut: BatchOutcome = {
  ...{ kind: 'retry', reason: 'no answer in time', afterMs: null, attempted: true, timedOut: true },
};

function add(inFlight: InFlight, count: number, bytes = 1): Request[] {
  return Array.from({ length: count }, () => inFlight.add(claim, bytes));
}

function answer(inFlight: InFlight, request: Request | undefined, outcome: BatchOutcome): void {
  if (request === undefined) throw new Error('no such request');
  inFlight.answered(request, outcome);
  inFlight.end(request);
}

it('allows as many small requests as memory can hold', () => {
  const inFlight = new InFlight();
  while (inFlight.capacity > 0) inFlight.sent(inFlight.add(claim, 30_000), 30_000);
  expect(inFlight.count).toBeGreaterThan(300);
  expect(inFlight.count).toBeLessThan(1_000);
});

it('allows more as soon as enough of the bodies is sent, before an answer comes', () => {
  const inFlight = new InFlight();
  for (const request of add(inFlight, 2, maxHeldBytes)) answer(inFlight, request, submitted);
  const [large] = add(inFlight, 1, maxHeldBytes);
  expect(inFlight.capacity).toBe(0);
  if (large !== undefined) inFlight.sent(large, maxHeldBytes / 2);
  expect(inFlight.capacity).toBeGreaterThan(0);
});

const wholeMails = 10_000_000;

/** Adds as many as there may be, of which the operating system takes all. */
function fill(inFlight: InFlight): Request[] {
  const requests: Request[] = [];
  while (inFlight.capacity > 0) {
    const request = inFlight.add(claim, wholeMails);
    inFlight.sent(request, wholeMails);
    requests.push(request);
  }
  return requests;
}

it('begins with two bodies of whole mails, and has twice as many after each round that was quick', () => {
  const inFlight = new InFlight();
  for (const count of [2, 4, 8]) {
    const requests = fill(inFlight);
    expect(requests).toHaveLength(count);
    for (const request of requests) answer(inFlight, request, submitted);
  }
});

it('has no more of them while answers are slow, since they share the line', () => {
  const inFlight = new InFlight();
  for (let round = 0; round < 5; round += 1) {
    const requests = fill(inFlight);
    expect(requests).toHaveLength(2);
    for (const request of requests)
      answer(inFlight, Object.assign(request, { since: performance.now() - 6_000 }), submitted);
  }
});

it('forgets what a request held when it ends, sent or not', () => {
  const inFlight = new InFlight();
  for (const request of add(inFlight, 10, maxHeldBytes)) answer(inFlight, request, timedOut);
  expect(inFlight.count).toBe(0);
  expect(inFlight.capacity).toBeGreaterThan(0);
});

it('allows half as many after one timed out, and one more each time that as many were accepted', () => {
  const inFlight = new InFlight();
  const first = add(inFlight, 8);
  for (const request of first) answer(inFlight, request, timedOut);
  expect(inFlight.capacity).toBe(4);
  for (const request of add(inFlight, 5)) answer(inFlight, request, submitted);
  expect(inFlight.capacity).toBe(5);
});

it('allows one at least', () => {
  const inFlight = new InFlight();
  for (let n = 0; n < 3; n += 1) answer(inFlight, inFlight.add(claim, 1), timedOut);
  expect(inFlight.capacity).toBe(1);
  answer(inFlight, inFlight.add(claim, 1), timedOut);
  expect(inFlight.capacity).toBe(1);
});

it('leaves the number alone after a refusal and after a broken connection', () => {
  const inFlight = new InFlight();
  for (const request of add(inFlight, 8))
    answer(inFlight, request, { kind: 'retry', reason: 'reset', afterMs: null, attempted: true });
  expect(inFlight.capacity).toBe(Number.POSITIVE_INFINITY);
});

it('names those that have left and are not answered', () => {
  const inFlight = new InFlight();
  const [first, second] = add(inFlight, 3);
  if (first === undefined || second === undefined) throw new Error('none added');
  inFlight.left(first);
  inFlight.left(second);
  inFlight.answered(second, submitted);
  expect(inFlight.underWay).toHaveLength(1);
});
