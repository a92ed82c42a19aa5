import { findReaderToken } from '../../db/queries/audience/subscriptions.ts';
import { tokensIn } from '../../domain/audience/link-token.ts';
import type { AudienceContext } from '../context.ts';

/**
 * The reader token in the last part of a link, without what surrounds it; null if it holds nobody's. Somebody who left
 * long ago still has theirs, somebody who was erased has none. Reads only.
 */
export async function readerTokenIn(
  ctx: Pick<AudienceContext, 'db'>,
  linkEnd: string,
): Promise<string | null> {
  const tokens = tokensIn(linkEnd);
  return tokens.length === 0 ? null : findReaderToken(ctx.db, tokens);
}
