import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';

/** The fields of a form, or the keys of a JSON object, not yet validated. Throws 400 or 415 for any other body. */
export async function readFields(c: Context): Promise<unknown> {
  const type = c.req.header('content-type') ?? '';
  try {
    if (isJson(type)) return await c.req.json();
    if (/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type))
      return await c.req.parseBody();
  } catch (error) {
    if (error instanceof HTTPException) throw error;
    throw new HTTPException(400, { cause: error });
  }
  throw new HTTPException(415);
}

const isJson = (type: string) => /^application\/json\b/i.test(type);

/** Whether to answer with JSON: what the client asked for, or else what it sent. */
export function wantsJson(c: Context): boolean {
  const accept = c.req.header('accept') ?? '';
  if (/\btext\/html\b/i.test(accept)) return false;
  return /\bapplication\/json\b/i.test(accept) || isJson(c.req.header('content-type') ?? '');
}
