import { hostname } from 'node:os';
import type { Writable } from 'node:stream';
import { pino, stdTimeFunctions } from 'pino';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { isDatabaseAway } from './db/away.ts';
import type { Observe } from './domain/event.ts';
import { describeError, rootCause } from './domain/redact.ts';

export interface Metrics {
  readonly observe: Observe;
  /** Everything counted so far, and these figures, in Prometheus's text format. */
  text(figures: Figures): Promise<string>;
}

/** What was found out about the process and the database just now. */
export interface Figures {
  /** Why the process cannot work; empty if it can. */
  readonly problems: readonly string[];
  /** Seconds since the oldest slot that is due and neither sent nor given up; 0 without one, null if not known. */
  readonly openSlotAgeSeconds: number | null;
  /** What should have happened and has not; null if not known. */
  readonly alarms: readonly { readonly kind: string }[] | null;
}

/** What a process does, in one word of its logs and metrics. */
const roleOf = (roles: readonly string[]) => roles.join('+');

/**
 * Writes events as log lines, whose time, role, host and process make the lines of several processes readable together.
 */
export function logEvents(level: string, stream: Writable, roles: readonly string[]): Observe {
  const options = {
    level,
    base: { role: roleOf(roles), pid: process.pid, host: hostname() },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const log = pino(options, stream);
  const isNews = onceInAWhile();
  return (event) => {
    const { kind, ...fields } = event;
    switch (event.kind) {
      case 'failed':
        if (isDatabaseAway(event.error) && !isNews(event.what)) return;
        return log.error({ what: event.what, ...loggable(event.error) }, kind);
      case 'batch-answered':
        return event.outcome === 'submitted' ? log.info(fields, kind) : log.warn(fields, kind);
      case 'short-mail-answered':
        return event.status === 'sent' ? log.info(fields, kind) : log.warn(fields, kind);
      case 'not-listening':
      case 'short-mail-given-up':
        return log.warn(fields, kind);
      case 'waited-for-rate-limit':
        return log.debug(fields, kind);
      case 'mail-events-recorded':
        return event.suppressed > 0 ? log.info(fields, kind) : log.debug(fields, kind);
      default:
        return log.info(fields, kind);
    }
  };
}

/** In milliseconds. */
const whileMs = 10_000;

/** While the database is away every page fails; the log says so every ten seconds rather than at each request. */
function onceInAWhile(): (what: string) => boolean {
  const saidAt = new Map<string, number>();
  return (what) => {
    const now = performance.now();
    if (now - (saidAt.get(what) ?? Number.NEGATIVE_INFINITY) < whileMs) return false;
    saidAt.set(what, now);
    return true;
  };
}

/** Counts events for Prometheus. Each metric has the label `role`. */
export function countEvents(roles: readonly string[]): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ role: roleOf(roles) });
  const registers = [registry];
  const counter = <Label extends string = never>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });

  const recipients = counter('verdicts_recipients_total', 'Recipients of answered batches', 'outcome');
  const batches = counter(
    'verdicts_batch_answers_total',
    'Answers to batches; a batch that is retried gets several',
    'outcome',
  );
  const rateLimitWait = new Histogram({
    name: 'verdicts_limiter_wait_seconds',
    help: 'Time a request waited for the rate limit',
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const mailEvents = counter(
    'verdicts_mail_events_total',
    'Events reported by the provider; known="yes" if reported before',
    'known',
  );
  const suppressions = counter(
    'verdicts_suppressions_total',
    'Addresses suppressed because of what the provider reported',
  );
  const failures = counter('verdicts_failures_total', 'Unexpected failures', 'what');
  const ready = new Gauge({
    name: 'verdicts_ready',
    help: '1 if the process can work, as /readyz says, else 0',
    registers,
  });
  const openSlotAge = new Gauge({
    name: 'verdicts_open_slot_age_seconds',
    help: 'Age of the oldest slot that is due and neither sent nor given up',
    registers,
  });
  const openAlarms = new Gauge({
    name: 'verdicts_alarms',
    help: 'What should have happened and has not, by kind; all 0 says nothing while verdicts_ready is 0',
    labelNames: ['kind'],
    registers,
  });

  return {
    observe(event) {
      switch (event.kind) {
        case 'batch-answered':
          batches.inc({ outcome: event.outcome });
          recipients.inc({ outcome: 'submitted' }, event.submitted);
          recipients.inc({ outcome: 'rejected' }, event.rejected);
          break;
        case 'waited-for-rate-limit':
          rateLimitWait.observe(event.waitMs / 1_000);
          break;
        case 'mail-events-recorded':
          mailEvents.inc({ known: 'no' }, event.stored);
          mailEvents.inc({ known: 'yes' }, event.received - event.stored);
          suppressions.inc(event.suppressed);
          break;
        case 'failed':
          failures.inc({ what: event.what });
          break;
      }
    },
    text({ problems, openSlotAgeSeconds, alarms }) {
      ready.set(problems.length === 0 ? 1 : 0);
      openSlotAge.set(openSlotAgeSeconds ?? Number.NaN);
      openAlarms.reset();
      for (const { kind } of alarms ?? []) openAlarms.inc({ kind });
      return registry.metrics();
    },
  };
}

interface LoggableError {
  readonly name: string;
  readonly code: string | null;
  readonly error: string;
  readonly at: readonly string[];
}

/** The message of the root cause, redacted, and the frames of the stack without the messages above them. */
function loggable(error: unknown): LoggableError {
  const { name, code } = (rootCause(error) ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  const { stack, message } = (error ?? {}) as { readonly stack?: unknown; readonly message?: unknown };
  const frames = String(stack ?? '')
    .replace(String(message ?? ''), '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return {
    name: typeof name === 'string' ? name : '',
    code: code === undefined ? null : String(code),
    error: describeError(error),
    at: frames.slice(0, 8).map((line) => line.trim()),
  };
}
