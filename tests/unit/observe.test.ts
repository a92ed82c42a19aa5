import { hostname } from 'node:os';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { PipelineEvent } from '../../src/domain/event.ts';
import { countEvents, logEvents } from '../../src/observe.ts';

/** The lines that events are logged as. */
function logged(...events: readonly PipelineEvent[]): string {
  let line = '';
  const stream = new Writable({
    write(chunk, _, done) {
      line += chunk;
      done();
    },
  });
  events.forEach(logEvents('info', stream, ['web', 'worker']));
  return line;
}

describe('the log', () => {
  it('contains no address and no token of an error, however deep its cause', () => {
    const cause = new Error('Failed for ada@readers.example, key (reader_token)=(Zx9_-aBcDeFgHiJkLmNoPq)');
    const error = new Error('params: ada@readers.example', { cause });
    const line = logged({ kind: 'failed', what: 'tick', error });
    expect(JSON.parse(line)).toMatchObject({ level: 'error', msg: 'failed', what: 'tick' });
    expect(line).not.toContain('ada@');
    expect(line).not.toContain('Zx9_');
  });

  it.each([
    ['an AggregateError without a message', new AggregateError([new Error('connect ECONNREFUSED ::1:5432')])],
    [
      'a plain object',
      { message: 'connect ECONNREFUSED ::1:5432', code: 'ECONNREFUSED', queue: 'send-issue' },
    ],
  ])('tells what went wrong when the error is %s', (_, error) => {
    const line = JSON.parse(logged({ kind: 'failed', what: 'queue', error }));
    expect(line.error).toBe('connect ECONNREFUSED ::1:5432');
  });

  it('says once in a while that the database is away, and every other failure each time', () => {
    const failed = (what: string, error: Error): PipelineEvent => ({ kind: 'failed', what, error });
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const wrong = new Error('division by zero');
    const lines = logged(failed('page', away), failed('page', away), failed('tick', away))
      .concat(logged(failed('page', wrong), failed('page', wrong)))
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line).what)).toEqual(['page', 'tick', 'page', 'page']);
  });

  it('names the issue and the batch of an answer, and warns of one that is not a success', () => {
    const line = logged({
      kind: 'batch-answered',
      week: '2026-W48',
      batch: 3,
      attempt: 2,
      outcome: 'retry',
      submitted: 0,
      rejected: 0,
      reason: 'timeout',
    });
    expect(JSON.parse(line)).toMatchObject({
      level: 'warn',
      week: '2026-W48',
      batch: 3,
      attempt: 2,
      reason: 'timeout',
    });
  });
});

it('each line of the log begins with its level and time, and names the role, process and host', () => {
  const line = logged({ kind: 'stopping' });
  expect(line).toMatch(/^\{"level":"info","time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",/);
  const about = { role: 'web+worker', pid: process.pid, host: hostname(), msg: 'stopping' };
  expect(JSON.parse(line)).toMatchObject(about);
});

describe('the metrics', () => {
  it('count recipients, answers, waits and failures, and include the figures given', async () => {
    const { observe, text } = countEvents(['web', 'worker']);
    const answer = { kind: 'batch-answered', week: '2026-W48', batch: 1, attempt: 1, reason: null } as const;
    observe({ ...answer, outcome: 'submitted', submitted: 99, rejected: 1 });
    observe({ ...answer, outcome: 'retry', submitted: 0, rejected: 0 });
    observe({ kind: 'waited-for-rate-limit', waitMs: 120 });
    observe({ kind: 'failed', what: 'tick', error: new Error('x') });
    const scraped = await text({
      problems: [],
      openSlotAgeSeconds: 90,
      alarms: [{ kind: 'sending-stalled' }, { kind: 'sending-stalled' }],
    });
    for (const line of [
      'verdicts_recipients_total{outcome="submitted",role="web+worker"} 99',
      'verdicts_recipients_total{outcome="rejected",role="web+worker"} 1',
      'verdicts_batch_answers_total{outcome="retry",role="web+worker"} 1',
      'verdicts_limiter_wait_seconds_sum{role="web+worker"} 0.12',
      'verdicts_failures_total{what="tick",role="web+worker"} 1',
      'verdicts_open_slot_age_seconds{role="web+worker"} 90',
      'verdicts_alarms{kind="sending-stalled",role="web+worker"} 2',
      'verdicts_ready{role="web+worker"} 1',
    ]) {
      expect(scraped).toContain(line);
    }
  });

  it('say that a process cannot work, and no age of a slot that nobody knows', async () => {
    const { text } = countEvents(['scheduler']);
    const scraped = await text({ problems: ['no database'], openSlotAgeSeconds: null, alarms: null });
    expect(scraped).toContain('verdicts_ready{role="scheduler"} 0');
    expect(scraped).toContain('verdicts_open_slot_age_seconds{role="scheduler"} Nan');
  });
});
