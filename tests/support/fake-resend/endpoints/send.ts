import type { Account } from '../account.ts';
import { ApiError, invalid } from '../api-error.ts';
import { parseJson } from '../request.ts';
import { checkEmail } from '../rules/email.ts';
import { MissingTemplate } from '../templates.ts';
import type { ApiAnswer, ApiRequest, CheckedEmail, EmailItem } from '../types.ts';

interface ItemError {
  readonly index: number;
  readonly message: string;
}

/** POST /emails */
export function sendEmail(account: Account, request: ApiRequest): ApiAnswer {
  const email = checkEmail(account, parseJson(request) as EmailItem);
  account.quota.check(email.to.length);
  account.quota.count(email.to.length);
  return { status: 200, json: account.sent.accept(email, request) };
}

/** POST /emails/batch: in strict mode one invalid email fails all; in permissive mode only the invalid ones fail. */
export function sendBatch(account: Account, request: ApiRequest): ApiAnswer {
  const mode = request.headers['x-batch-validation'] ?? 'strict';
  if (mode !== 'strict' && mode !== 'permissive') throw invalid('Invalid `x-batch-validation` header.');
  const items = parseJson(request);
  if (!Array.isArray(items)) throw invalid('The `request.body` field must be an `array`.');
  if (items.length < 1 || items.length > 100) throw invalid('The batch must have between 1 and 100 emails.');
  const { emails, errors } = checkAll(account, items);
  const [first] = errors;
  if (mode === 'strict' && first !== undefined) throw invalid(first.message);
  const recipients = emails.reduce((sum, email) => sum + email.to.length, 0);
  account.quota.check(recipients);
  account.quota.count(recipients);
  const data = emails.map((email) => account.sent.accept(email, request));
  return { status: 200, json: mode === 'permissive' ? { data, errors } : { data } };
}

function checkAll(account: Account, items: readonly EmailItem[]) {
  const emails: CheckedEmail[] = [];
  const errors: ItemError[] = [];
  for (const [index, item] of items.entries()) {
    try {
      if (item?.attachments !== undefined)
        throw invalid('The `attachments` field is not supported in a batch.');
      emails.push(checkEmail(account, item));
    } catch (error) {
      if (!(error instanceof ApiError) || !failsItemOnly(account, error)) throw error;
      errors.push({ index, message: error.message });
    }
  }
  return { emails, errors };
}

function failsItemOnly({ settings }: Account, error: ApiError): boolean {
  if (error instanceof MissingTemplate) return settings.missingTemplate === 'item';
  return error.answer.status === 422;
}
