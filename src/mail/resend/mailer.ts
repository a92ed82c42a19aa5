import { type Mailer, maxBatchSize } from '../../domain/sending/mailer.ts';
import { type Answer, readAnswer } from './answer.ts';
import { LiveResend, SealedBatch } from './client.ts';
import { outcomeOf } from './outcome-of.ts';
import { toPayload } from './payload.ts';
import { type Ask, publishTemplate } from './publish-template.ts';
import type { RateHeaders } from './rate-headers.ts';
import { resendSentLog } from './sent-log.ts';
import { splice } from './splice.ts';

export interface ResendOptions {
  readonly apiKey: string;
  readonly baseUrl?: string;
  /** Without an answer for so long, the outcome is ambiguous. */
  readonly timeoutMs?: number;
  /** Told of every answer, also of none (`status` null): for the limiter and the metrics. */
  readonly onAnswer?: (answer: { readonly status: number | null; readonly rate: RateHeaders }) => void;
}

export type ResendMailer = Mailer & Required<Pick<Mailer, 'publishTemplate' | 'sentLog'>>;

/**
 * The mailer on Resend: `POST /emails/batch` in permissive mode, one recipient an email, one idempotency key a
 * batch (https://resend.com/docs/api-reference/emails/send-batch-emails). What the answers mean is `outcomeOf`.
 */
export function resendMailer(options: ResendOptions): ResendMailer {
  const { apiKey, baseUrl = 'https://api.resend.com', timeoutMs = 10_000, onAnswer } = options;
  // Without a key the SDK would take one from the environment.
  if (apiKey === '') throw new Error('RESEND_API_KEY is empty');
  const account = { apiKey, baseUrl: baseUrl.replace(/\/+$/, '') };

  const ask: Ask = async (request) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer: Answer = readAnswer(await request(signal), signal);
    onAnswer?.({ status: answer.status, rate: answer.rate });
    return answer;
  };

  return {
    provider: 'resend',
    async prepare({ emails }) {
      if (emails.length === 0 || emails.length > maxBatchSize) {
        throw new RangeError(`a batch has 1 to ${maxBatchSize} emails, not ${emails.length}`);
      }
      const sealed = await SealedBatch.seal(account, emails.map(toPayload), (json) => splice(json, emails));
      return {
        sha256: sealed.sha256(),
        post: async (key) => outcomeOf(await ask((signal) => sealed.send(key, signal)), emails.length),
      };
    },
    sentLog: resendSentLog(account, ask),
    publishTemplate: (source, turn) =>
      publishTemplate(new LiveResend(account), source, async (request) => {
        await turn?.();
        return ask(request);
      }),
  };
}
