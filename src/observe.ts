import { pino } from 'pino';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Observe, PipelineEvent } from './domain/event.ts';
import { rootCause } from './domain/root-cause.ts';
import { withoutReaders } from './domain/without-readers.ts';

export interface Metrics {
  /** Prometheus text format. */
  text(): Promise<string>;
}

/** Figures read at the moment of scraping, since they live in the database. */
export interface Figures {
  /** Seconds since the oldest slot that is due and neither sent nor given up; 0 without one. */
  openSlotAgeSeconds(): Promise<number>;
  /** What should have happened and has not. */
  alarms(): Promise<readonly { readonly kind: string }[]>;
}

/** Turns events into log lines on stdout (1) or stderr (2). Messages of the provider have their addresses taken out where they are made. */
export function logEvents(level: string, fd: 1 | 2 = 1): Observe {
  const log = pino({ level, base: null }, pino.destination(fd));
  return (event) => {
    const { kind, ...fields } = event;
    switch (event.kind) {
      case 'failed':
        return log.error({ what: event.what, ...loggable(event.error) }, kind);
      case 'batch-settled':
        return event.outcome === 'submitted' ? log.info(fields, kind) : log.warn(fields, kind);
      case 'limiter-waited':
        return log.debug(fields, kind);
      case 'mail-events-recorded':
        return event.suppressed > 0 ? log.info(fields, kind) : log.debug(fields, kind);
      default:
        return log.info(fields, kind);
    }
  };
}

/** Counts events for Prometheus. */
export function countEvents(figures: Figures): { readonly observe: Observe; readonly metrics: Metrics } {
  const registers = [new Registry()];
  const recipients = new Counter({
    name: 'verdicts_recipients_total',
    help: 'Recipients by what became of them',
    labelNames: ['outcome'] as const,
    registers,
  });
  const batches = new Counter({
    name: 'verdicts_batch_answers_total',
    help: 'Answers to batches by outcome; retries are those that are asked again',
    labelNames: ['outcome'] as const,
    registers,
  });
  const limiterWait = new Histogram({
    name: 'verdicts_limiter_wait_seconds',
    help: 'Time a request waited for its turn',
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const mailEvents = new Counter({
    name: 'verdicts_mail_events_total',
    help: 'Events reported by the provider; known are those it reported before',
    labelNames: ['known'] as const,
    registers,
  });
  const suppressions = new Counter({
    name: 'verdicts_suppressions_total',
    help: 'Addresses suppressed because of what the provider reported',
    registers,
  });
  const failures = new Counter({
    name: 'verdicts_failures_total',
    help: 'Unexpected failures by what failed',
    labelNames: ['what'] as const,
    registers,
  });
  new Gauge({
    name: 'verdicts_open_slot_age_seconds',
    help: 'Age of the oldest slot that is due and neither sent nor given up',
    registers,
    async collect() {
      this.set(await figures.openSlotAgeSeconds());
    },
  });
  new Gauge({
    name: 'verdicts_alarms',
    help: 'What should have happened and has not, by kind: slot-overdue, sending-stalled, schedule-silent',
    labelNames: ['kind'] as const,
    registers,
    async collect() {
      this.reset();
      for (const { kind } of await figures.alarms()) this.inc({ kind });
    },
  });
  const observe = (event: PipelineEvent) => {
    if (event.kind === 'batch-settled') {
      batches.inc({ outcome: event.outcome });
      recipients.inc({ outcome: 'submitted' }, event.submitted);
      recipients.inc({ outcome: 'rejected' }, event.rejected);
    }
    if (event.kind === 'limiter-waited') limiterWait.observe(event.waitMs / 1_000);
    if (event.kind === 'mail-events-recorded') {
      mailEvents.inc({ known: 'no' }, event.stored);
      mailEvents.inc({ known: 'yes' }, event.received - event.stored);
      suppressions.inc(event.suppressed);
    }
    if (event.kind === 'failed') failures.inc({ what: event.what });
  };
  return { observe, metrics: { text: async () => (registers[0] as Registry).metrics() } };
}

/**
 * What a log may hold of an error: messages of the database's client repeat the parameters of a statement, and
 * with them readers, so only the root cause speaks, masked, and the frames of the stack.
 */
function loggable(error: unknown): { name: string; code: string | null; error: string; at: string[] } {
  const cause = rootCause(error);
  const [name, code] =
    cause instanceof Error ? [cause.name, 'code' in cause ? String(cause.code) : null] : ['', null];
  const message = cause instanceof Error ? cause.message : String(cause);
  const frames =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  return { name, code, error: withoutReaders(message), at: frames.slice(0, 8).map((line) => line.trim()) };
}
