import { createHash, randomBytes } from 'node:crypto';
import { addDays } from 'date-fns/addDays';
import { addHours } from 'date-fns/addHours';
import type { Tx } from '../../db/client.ts';
import { insertLink } from '../../db/queries/audience/mailed-links.ts';
import { tokensIn } from '../../domain/audience/link-token.ts';
import type { AudienceContext } from '../context.ts';
import { enqueueReaderMails } from './mail-reader.ts';
import { confirmDays, dataHours } from './write-reader-mail.ts';

/** What the table stores of a token. */
const tokenHash = (token: string) => createHash('sha256').update(token).digest('hex');

/** What the table may store of the token in the last part of a link, whatever surrounds it. */
export const hashesIn = (linkEnd: string) => tokensIn(linkEnd).map(tokenHash);

interface LinkMail {
  readonly mail: 'confirm' | 'reminder' | 'data-link';
  readonly subscriberId: number;
  readonly signUpId?: number;
}

/** Creates a link that expires, and enqueues the mail with it once `tx` commits. */
export async function mailLink(ctx: AudienceContext, tx: Tx, link: LinkMail): Promise<void> {
  const { mail, subscriberId, signUpId = null } = link;
  const at = ctx.clock.now();
  const nonce = randomBytes(16).toString('base64url');
  const linkId = await insertLink(tx, {
    purpose: mail === 'data-link' ? 'data' : 'confirm',
    subscriberId,
    signUpId,
    nonce,
    tokenSha256: tokenHash(ctx.keys.linkToken(nonce)),
    createdAt: at,
    expiresAt: mail === 'data-link' ? addHours(at, dataHours) : addDays(at, confirmDays),
  });
  await enqueueReaderMails(ctx, tx, [{ kind: mail, linkId }]);
}
