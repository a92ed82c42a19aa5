import type { Account } from './account.ts';
import { ApiRefusal, notFound } from './api-refusal.ts';
import { listDomains } from './endpoints/domains.ts';
import { getEmail, listEmails } from './endpoints/emails.ts';
import { sendBatch } from './endpoints/send-batch.ts';
import { sendEmail } from './endpoints/send-email.ts';
import { templates } from './endpoints/templates.ts';
import { needApiKey } from './rules/api-key.ts';
import { needUserAgent } from './rules/user-agent.ts';
import type { ApiAnswer, ApiRequest } from './types.ts';

/** What the API answers. `working` is awaited while the key counts as in progress: the time that the work takes. */
export async function answerOf(
  account: Account,
  request: ApiRequest,
  working: () => Promise<void>,
): Promise<ApiAnswer> {
  let headers: Record<string, string> = {};
  try {
    needUserAgent(request);
    needApiKey(account.settings, request);
    headers = account.rate.take();
    const answer = await route(account, request, working);
    return { ...answer, headers: { ...headers, ...account.quota.headers(), ...answer.headers } };
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    return { ...error.answer, headers: { ...headers, ...error.answer.headers } };
  }
}

async function route(
  account: Account,
  request: ApiRequest,
  working: () => Promise<void>,
): Promise<ApiAnswer> {
  const [, room, id, verb, ...rest] = request.path.split('/').map(decodeURIComponent);
  if (rest.length > 0) throw notFound('Not found');
  const once = (act: typeof sendEmail) =>
    account.keys.once(request, async () => {
      await working();
      return act(account, request);
    });
  if (request.method === 'POST' && request.path === '/emails') return once(sendEmail);
  if (request.method === 'POST' && request.path === '/emails/batch') return once(sendBatch);
  const answer = byRoom(account, request, room, id, verb);
  if (answer === null)
    throw new ApiRefusal(405, 'method_not_allowed', 'Method is not allowed for the requested path.');
  return answer;
}

function byRoom(
  account: Account,
  request: ApiRequest,
  room?: string,
  id?: string,
  verb?: string,
): ApiAnswer | null {
  const get = request.method === 'GET';
  switch (room) {
    case 'emails':
      return !get ? null : id === undefined ? listEmails(account, request) : getEmail(account, id);
    case 'templates':
      return templates(account, request, id, verb);
    case 'domains':
      return get ? listDomains(account) : null;
    default:
      throw notFound('Not found');
  }
}
