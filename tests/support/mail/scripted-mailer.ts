import { createHash } from 'node:crypto';
import type { EmailBatch, Mailer } from '../../../src/domain/sending/mailer.ts';
import type { BatchOutcome } from '../../../src/domain/sending/outcome.ts';
import { maxHeldBytes } from '../../../src/pipeline/send/in-flight.ts';

export interface Posted {
  readonly key: string;
  readonly sha256: string;
  readonly to: readonly string[];
}

export interface ScriptedMailer extends Mailer {
  /** Every post, in order. */
  readonly posted: Posted[];
}

/**
 * A mailer whose answers a test decides. It accepts every batch for which `answer` returns undefined. Its bodies are as
 * large as all that may be under way, so that what is claimed together is recorded before more is claimed; with few
 * `bytes` any number of requests is under way at once. `begin` says when the upload begins: as a rule at once.
 */
export function scriptedMailer(
  answer: (posted: Posted, batch: EmailBatch) => BatchOutcome | undefined | Promise<BatchOutcome | undefined>,
  {
    bytes = maxHeldBytes,
    begin = async () => {},
  }: { readonly bytes?: number; readonly begin?: (posted: Posted) => Promise<void> } = {},
): ScriptedMailer {
  const posted: Posted[] = [];
  return {
    provider: 'resend',
    posted,
    async prepare(batch) {
      const sha256 = createHash('sha256').update(JSON.stringify(batch.emails)).digest('hex');
      return {
        sha256,
        bytes,
        post: async (key, onSent) => {
          const post = { key, sha256, to: batch.emails.map((email) => email.to) };
          posted.push(post);
          await begin(post);
          // What it holds is held until the answer.
          onSent?.(0);
          return (await answer(post, batch)) ?? accepted(post);
        },
      };
    },
  };
}

export const accepted = (post: Posted): BatchOutcome => ({
  kind: 'submitted',
  ids: post.to.map((_, index) => `${post.key}-${index}`),
  rejected: [],
});
