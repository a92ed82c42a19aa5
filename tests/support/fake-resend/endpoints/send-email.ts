import type { Account } from '../account.ts';
import { parseJson } from '../parse-json.ts';
import { checkEmail } from '../rules/email.ts';
import type { ApiAnswer, ApiRequest, EmailItem } from '../types.ts';

/** POST /emails */
export function sendEmail(account: Account, request: ApiRequest): ApiAnswer {
  const email = checkEmail(account, parseJson(request) as EmailItem);
  account.quota.need(email.to.length);
  account.quota.count(email.to.length);
  return { status: 200, json: account.sent.accept(email, request) };
}
