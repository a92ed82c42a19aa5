import { z } from 'zod';
import { readAnswer } from './answer.ts';
import { type Account, ResendClient } from './client.ts';

export interface AccountDomain {
  readonly name: string;
  readonly status: string;
  /** Whether mail to it is received; null if the account does not say. */
  readonly receives: boolean | null;
}

export type AccountState =
  | {
      readonly kind: 'answers';
      readonly domains: readonly AccountDomain[];
    }
  /** The key may send but not list domains, as is normal for a restricted key. */
  | { readonly kind: 'send-only' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'silent' };

const domain = z
  .object({
    name: z.string(),
    status: z.string(),
    capabilities: z.object({ receiving: z.string() }).nullish().catch(null),
  })
  .transform(
    ({ name, status, capabilities }): AccountDomain => ({
      name,
      status,
      receives: capabilities == null ? null : capabilities.receiving === 'enabled',
    }),
  );

const domainList = z.object({ data: z.array(domain) });

const timeoutMs = 10_000;

/** Asks Resend whether the key works and which domains it may send from. Sends no mail. */
export async function inspectAccount(account: Account): Promise<AccountState> {
  const signal = AbortSignal.timeout(timeoutMs);
  const answer = readAnswer(await new ResendClient(account).get('/domains', { signal }), signal);
  if (answer.status === null || answer.status >= 500) return { kind: 'silent' };
  if (answer.name === 'restricted_api_key' && answer.status === 401) return { kind: 'send-only' };
  const listed = domainList.safeParse(answer.data);
  if (answer.status === 200 && listed.success) return { kind: 'answers', domains: listed.data.data };
  return { kind: 'refused', reason: answer.name === '' ? `status ${answer.status}` : answer.name };
}
