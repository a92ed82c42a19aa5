import type { BatchOutcome } from '../../domain/sending/outcome.ts';
import { accepted } from './accepted.ts';
import type { Answer } from './answer.ts';
import { causeOf } from './cause.ts';
import { redact } from './redact.ts';

const hourMs = 3_600_000;

/**
 * What Resend's answer to a batch of `posted` emails means: the table in docs/delivery.md, row by row. The
 * status decides; the name only tells the 409s and the 429s apart, since the SDK's list of names is not the
 * API's. Pure, and total: there is no answer without an outcome.
 */
export function outcomeOf(answer: Answer, posted: number): BatchOutcome {
  const { status } = answer;
  if (status === null || status === 408 || status === 425 || status >= 500) return nobodyKnows(answer);
  if (status < 300) return accepted(answer.data, posted);
  if (status < 400) return holdIssue('RESEND_BASE_URL', answer);
  switch (status) {
    case 401:
    case 403:
      return holdIssue(refusedSetting(answer), answer);
    case 404:
    case 405:
      return holdIssue(/template/i.test(answer.message) ? 'RESEND_DELIVERY' : 'RESEND_BASE_URL', answer);
    case 409:
      return conflict(answer);
    case 429:
      return tooMuch(answer);
    default:
      return refused(answer);
  }
}

function nobodyKnows(answer: Answer): BatchOutcome {
  const what =
    answer.status !== null
      ? said(answer)
      : answer.timedOut
        ? 'no answer in time'
        : 'the connection broke, or the answer could not be read';
  return {
    kind: 'retry',
    reason: `Not known whether Resend took it: ${what}.`,
    afterMs: answer.rate.retryAfterMs,
    attempted: true,
  };
}

function conflict(answer: Answer): BatchOutcome {
  if (answer.name === 'invalid_idempotent_request') {
    return { kind: 'unknown', reason: `Resend took this key before, with another body: ${said(answer)}.` };
  }
  return {
    kind: 'retry',
    reason: `Resend is busy with it: ${said(answer)}.`,
    afterMs: answer.rate.retryAfterMs,
    attempted: true,
  };
}

function tooMuch(answer: Answer): BatchOutcome {
  if (answer.name === 'daily_quota_exceeded') {
    return {
      kind: 'pause-issue',
      reason: `The day's quota at Resend is used up: ${said(answer)}.`,
      afterMs: untilUtcMidnight(answer.at),
    };
  }
  if (answer.name === 'monthly_quota_exceeded') {
    return {
      kind: 'hold-issue',
      reason: `The month's quota at Resend is used up: ${said(answer)}.`,
      attempted: false,
    };
  }
  const afterMs = answer.rate.retryAfterMs ?? answer.rate.resetMs;
  return { kind: 'retry', reason: `Too fast for Resend: ${said(answer)}.`, afterMs, attempted: false };
}

/** The quota's day is UTC, by the provider's clock; a minute later than exact, for it to notice. */
function untilUtcMidnight(at: Date | null): number {
  if (at === null) return hourMs;
  return 24 * hourMs - (at.getTime() % (24 * hourMs)) + 60_000;
}

/** Nothing of the request was accepted. Too large (413) is halved like any other refusal that is not about one recipient. */
function refused(answer: Answer): BatchOutcome {
  const cause = answer.status === 413 ? null : causeOf(redact(answer.message));
  if (cause?.about === 'setting') return holdIssue(cause.setting, answer);
  if (answer.name === 'invalid_idempotency_key') return holdIssue('the idempotency key', answer);
  return {
    kind: 'refused',
    reason: `Resend refused it: ${said(answer)}.`,
    aboutRecipient: cause?.about === 'recipient',
  };
}

/** 401 and 403 share names between a wrong key and an unverified sender. */
function refusedSetting({ name, message }: Answer): string {
  if (name === 'suspended_api_key') return 'the Resend account (suspended)';
  if (name === 'validation_error' && !/api key is/i.test(message)) return 'MAIL_FROM';
  // The SDK's own name for a body that is not JSON: something in front of the API spoke.
  return name === 'application_error' ? 'RESEND_BASE_URL' : 'RESEND_API_KEY';
}

function holdIssue(setting: string, answer: Answer): BatchOutcome {
  return { kind: 'hold-issue', reason: `Resend refuses ${setting}: ${said(answer)}.`, attempted: false };
}

/** `403 validation_error, The domain is not verified` */
function said({ status, name, message }: Answer): string {
  // The SDK puts these words on any answer that it cannot parse, whatever the status.
  const words = name === 'application_error' && status !== null && status < 500 ? '' : redact(message);
  return [`${status} ${name}`, words.replace(/\.$/, '')].filter(Boolean).join(', ');
}
