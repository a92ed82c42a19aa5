import { type Mailer, maxBatchSize } from '../../domain/sending/mailer.ts';
import { type Answer, type Ask, type RateHeaders, readAnswer } from './answer.ts';
import { splice, toPayload } from './batch-body.ts';
import { ResendClient } from './client.ts';
import { outcomeOf } from './outcome-of.ts';
import { Patience } from './patience.ts';
import { SealedBatch } from './sealed-batch.ts';
import { resendSentLog } from './sent-log.ts';
import { publishTemplate } from './template.ts';

export interface ResendOptions {
  readonly apiKey: string;
  readonly baseUrl?: string;
  /** Milliseconds without a byte sent or an answer after which the outcome is ambiguous (see `Patience`). */
  readonly timeoutMs?: number;
  /** Called after every request, with `status` null when there was no answer; for the limiter and the metrics. */
  readonly onAnswer?: (answer: { readonly status: number | null; readonly rate: RateHeaders }) => void;
}

export type ResendMailer = Mailer & Required<Pick<Mailer, 'publishTemplate' | 'sentLog'>>;

/**
 * Sends mail through Resend: `POST /emails/batch` in permissive mode, one recipient per email, one idempotency key per
 * batch (https://resend.com/docs/api-reference/emails/send-batch-emails). `outcomeOf` says what the answers mean.
 * Throws when the key is empty.
 */
export function resendMailer(options: ResendOptions): ResendMailer {
  const { apiKey, baseUrl = 'https://api.resend.com', timeoutMs = 10_000, onAnswer } = options;
  // With an empty key the SDK would read one from the environment.
  if (apiKey === '') throw new Error('RESEND_API_KEY is empty');
  const account = { apiKey, baseUrl: baseUrl.replace(/\/+$/, '') };

  const ask: Ask = async (request) => {
    const patience = new Patience(timeoutMs);
    const { signal } = patience;
    try {
      const answer: Answer = readAnswer(await request(signal, patience), signal);
      onAnswer?.({ status: answer.status, rate: answer.rate });
      return answer;
    } finally {
      patience.end();
    }
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
        bytes: sealed.bytes,
        async post(key, onSent) {
          const answer = await ask((signal, patience) =>
            sealed.send(key, signal, {
              sent(bytes) {
                patience.moved();
                onSent?.(bytes);
              },
              end: () => patience.uploaded(),
            }),
          );
          return outcomeOf(answer, emails.length);
        },
      };
    },
    sentLog: resendSentLog(account, ask),
    publishTemplate: (source, turn) =>
      publishTemplate(new ResendClient(account), source, async (request) => {
        await turn?.();
        return ask(request);
      }),
  };
}
