import { z } from 'zod';
import type { BatchOutcome, Rejection } from '../../domain/sending/outcome.ts';
import { causeOf } from './cause.ts';
import { redact } from './redact.ts';

const body = z.object({
  data: z.array(z.object({ id: z.string().regex(/^[\x21-\x7e]{1,200}$/) })),
  errors: z.array(z.object({ index: z.int().nonnegative(), message: z.string() })).default([]),
});

/**
 * A permissive success: ids for the accepted emails in the order of the request, and the refused ones by index.
 * Who has which id is found by walking the request and leaving out the refused; if everything does not add up
 * exactly, nobody can say who was accepted, and the batch is held.
 */
export function accepted(data: unknown, posted: number): BatchOutcome {
  const parsed = body.safeParse(data);
  if (!parsed.success)
    return heldFor('Resend accepted the request, but its answer is not in the documented form');
  const { data: created, errors } = parsed.data;
  const refused = new Set(errors.map((error) => error.index));
  const ids = new Set(created.map((email) => email.id));
  if (
    created.length + errors.length !== posted ||
    refused.size !== errors.length ||
    ids.size !== created.length ||
    errors.some((error) => error.index >= posted)
  ) {
    return heldFor(
      `The answer does not add up: ${posted} posted, ${created.length} id(s), ${errors.length} error(s)`,
    );
  }
  const inOrder = created.values();
  return {
    kind: 'submitted',
    ids: Array.from({ length: posted }, (_, index) =>
      refused.has(index) ? null : (inOrder.next().value?.id ?? null),
    ),
    rejected: errors.map(rejection).toSorted((a, b) => a.index - b.index),
  };
}

function rejection({ index, message }: { index: number; message: string }): Rejection {
  const reason = redact(message) || 'Refused by Resend without a reason.';
  return { index, reason, aboutRecipient: causeOf(reason).about === 'recipient' };
}

const heldFor = (what: string): BatchOutcome => ({
  kind: 'hold-batch',
  reason: `${what}. Look for the batch at Resend by its tags.`,
});
