import { createHash } from 'node:crypto';
import type { EmailBatch, Mailer } from '../../../src/domain/sending/mailer.ts';
import type { BatchOutcome } from '../../../src/domain/sending/outcome.ts';

export interface Posted {
  readonly key: string;
  readonly sha256: string;
  readonly to: readonly string[];
}

export interface ScriptedMailer extends Mailer {
  /** Every post, in order. */
  readonly posted: Posted[];
}

/** A provider at the port whose answers a test writes; it accepts all where the script has nothing to say. */
export function scriptedMailer(
  answer: (posted: Posted, batch: EmailBatch) => BatchOutcome | undefined | Promise<BatchOutcome | undefined>,
): ScriptedMailer {
  const posted: Posted[] = [];
  return {
    provider: 'resend',
    posted,
    async prepare(batch) {
      const sha256 = createHash('sha256').update(JSON.stringify(batch.emails)).digest('hex');
      return {
        sha256,
        post: async (key) => {
          const post = { key, sha256, to: batch.emails.map((email) => email.to) };
          posted.push(post);
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
