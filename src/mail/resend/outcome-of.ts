import type { BatchOutcome } from '../../domain/sending/outcome.ts';
import { accepted } from './accepted.ts';
import type { Answer } from './answer.ts';
import { causeOf, redactedReason } from './message.ts';

const hourMs = 3_600_000;

/**
 * What Resend's answer to a batch of `posted` emails means, as in the table of docs/delivery.md. The status decides.
 * The error name only distinguishes between the 409s and between the 429s, because the SDK's list of names differs from
 * the API's. Pure; every answer has an outcome.
 */
export function outcomeOf(answer: Answer, posted: number): BatchOutcome {
  const { status } = answer;
  if (status === null || status === 408 || status === 425 || status >= 500) return ambiguous(answer);
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
      return limited(answer);
    default:
      return refused(answer);
  }
}

function ambiguous(answer: Answer): BatchOutcome {
  const what =
    answer.status !== null
      ? describe(answer)
      : answer.timedOut
        ? 'no answer in time'
        : 'the connection broke, or the answer could not be read';
  return {
    kind: 'retry',
    reason: `Resend may have accepted it: ${what}.`,
    afterMs: answer.rate.retryAfterMs,
    attempted: true,
    ...(answer.timedOut ? { timedOut: true } : {}),
  };
}

function conflict(answer: Answer): BatchOutcome {
  if (answer.name === 'invalid_idempotent_request') {
    return {
      kind: 'unknown',
      reason: `Resend has already seen this key with another body: ${describe(answer)}.`,
    };
  }
  return {
    kind: 'retry',
    reason: `Resend is still working on it: ${describe(answer)}.`,
    afterMs: answer.rate.retryAfterMs,
    attempted: true,
  };
}

function limited(answer: Answer): BatchOutcome {
  if (answer.name === 'daily_quota_exceeded') {
    return {
      kind: 'pause-issue',
      reason: `The daily quota at Resend is used up: ${describe(answer)}.`,
      afterMs: untilUtcMidnight(answer.at),
    };
  }
  if (answer.name === 'monthly_quota_exceeded') {
    return {
      kind: 'hold-issue',
      reason: `The monthly quota at Resend is used up: ${describe(answer)}.`,
      attempted: false,
    };
  }
  const afterMs = answer.rate.retryAfterMs ?? answer.rate.resetMs;
  return {
    kind: 'retry',
    reason: `Too many requests for Resend: ${describe(answer)}.`,
    afterMs,
    attempted: false,
  };
}

/** The quota resets at midnight UTC by Resend's clock. One minute is added as a margin. */
function untilUtcMidnight(at: Date | null): number {
  if (at === null) return hourMs;
  return 24 * hourMs - (at.getTime() % (24 * hourMs)) + 60_000;
}

/** Resend accepted nothing. A body that is too large (413) is split like any refusal that is not about one recipient. */
function refused(answer: Answer): BatchOutcome {
  const cause = answer.status === 413 ? null : causeOf(redactedReason(answer.message));
  if (cause?.about === 'setting') return holdIssue(cause.setting, answer);
  if (answer.name === 'invalid_idempotency_key') return holdIssue('the idempotency key', answer);
  return {
    kind: 'refused',
    reason: `Resend refused it: ${describe(answer)}.`,
    aboutRecipient: cause?.about === 'recipient',
  };
}

/** With 401 and 403, a wrong key and an unverified sender can have the same error name. */
function refusedSetting({ name, message }: Answer): string {
  if (name === 'suspended_api_key') return 'the Resend account (suspended)';
  if (name === 'validation_error' && !/api key is/i.test(message)) return 'MAIL_FROM';
  // The SDK uses this name when the body is not JSON, so the answer came from something in front of the API.
  return name === 'application_error' ? 'RESEND_BASE_URL' : 'RESEND_API_KEY';
}

function holdIssue(setting: string, answer: Answer): BatchOutcome {
  return { kind: 'hold-issue', reason: `Resend refuses ${setting}: ${describe(answer)}.`, attempted: false };
}

/** `403 validation_error, The domain is not verified` */
function describe({ status, name, message }: Answer): string {
  // The SDK gives every answer that it cannot parse the same message, which would only mislead.
  const words =
    name === 'application_error' && status !== null && status < 500 ? '' : redactedReason(message);
  return [`${status} ${name}`, words.replace(/\.$/, '')].filter(Boolean).join(', ');
}
