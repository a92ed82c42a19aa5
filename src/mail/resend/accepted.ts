import { z } from 'zod';
import type { BatchOutcome, Rejection } from '../../domain/sending/outcome.ts';
import { causeOf, redactedReason } from './message.ts';

const body = z.object({
  data: z.array(z.object({ id: z.string().regex(/^[\x21-\x7e]{1,200}$/) })),
  errors: z.array(z.object({ index: z.int().nonnegative(), message: z.string() })).default([]),
});

/**
 * The outcome of a success in permissive mode, which lists the ids of the accepted emails in request order and the
 * rejected emails by index. Ids are matched to emails by walking the request without the rejected ones. Unless the
 * numbers add up exactly, it is impossible to say who was accepted, and the batch is held.
 */
export function accepted(data: unknown, posted: number): BatchOutcome {
  const parsed = body.safeParse(data);
  if (!parsed.success)
    return holdBatch('Resend accepted the request, but its answer is not in the documented format');
  const { data: created, errors } = parsed.data;
  const rejectedAt = new Set(errors.map((error) => error.index));
  const ids = new Set(created.map((email) => email.id));
  if (
    created.length + errors.length !== posted ||
    rejectedAt.size !== errors.length ||
    ids.size !== created.length ||
    errors.some((error) => error.index >= posted)
  ) {
    return holdBatch(
      `Resend's answer does not add up: ${posted} posted, ${created.length} id(s), ${errors.length} error(s)`,
    );
  }
  const inOrder = created.values();
  return {
    kind: 'submitted',
    ids: Array.from({ length: posted }, (_, index) =>
      rejectedAt.has(index) ? null : (inOrder.next().value?.id ?? null),
    ),
    rejected: errors.map(rejection).toSorted((a, b) => a.index - b.index),
  };
}

function rejection({ index, message }: { index: number; message: string }): Rejection {
  const reason = redactedReason(message) || 'Resend gave no reason.';
  return { index, reason, aboutRecipient: causeOf(reason).about === 'recipient' };
}

const holdBatch = (what: string): BatchOutcome => ({
  kind: 'hold-batch',
  reason: `${what}. Search for the batch by its tags at Resend.`,
});
