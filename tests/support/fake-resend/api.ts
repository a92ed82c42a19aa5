import type { Account } from './account.ts';
import { ApiError, notFound } from './api-error.ts';
import { listDomains } from './endpoints/domains.ts';
import { getEmail, listEmails } from './endpoints/emails.ts';
import { sendBatch, sendEmail } from './endpoints/send.ts';
import { templates } from './endpoints/templates.ts';
import { checkApiKey, checkUserAgent } from './rules/access.ts';
import type { ApiAnswer, ApiRequest } from './types.ts';

/** Answers a request. `working` takes as long as the work does; meanwhile the idempotency key is in progress. */
export async function answerOf(
  account: Account,
  request: ApiRequest,
  working: () => Promise<void>,
): Promise<ApiAnswer> {
  let headers: Record<string, string> = {};
  try {
    checkUserAgent(request);
    checkApiKey(account.settings, request);
    headers = account.rate.take();
    const answer = await route(account, request, working);
    return { ...answer, headers: { ...headers, ...account.quota.headers(), ...answer.headers } };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { ...error.answer, headers: { ...headers, ...error.answer.headers } };
  }
}

async function route(
  account: Account,
  request: ApiRequest,
  working: () => Promise<void>,
): Promise<ApiAnswer> {
  const [, resource, id, verb, ...rest] = request.path.split('/').map(decodeURIComponent);
  if (rest.length > 0) throw notFound('Not found');
  const once = (act: typeof sendEmail) =>
    account.keys.once(request, async () => {
      await working();
      return act(account, request);
    });
  if (request.method === 'POST' && request.path === '/emails') return once(sendEmail);
  if (request.method === 'POST' && request.path === '/emails/batch') return once(sendBatch);
  const answer = routeByResource(account, request, resource, id, verb);
  if (answer === null)
    throw new ApiError(405, 'method_not_allowed', 'Method is not allowed for the requested path.');
  return answer;
}

function routeByResource(
  account: Account,
  request: ApiRequest,
  resource?: string,
  id?: string,
  verb?: string,
): ApiAnswer | null {
  const get = request.method === 'GET';
  switch (resource) {
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
