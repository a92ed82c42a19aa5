import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';
import type { ApiRequest } from './types.ts';

/** Reads the whole request. Returns null when the connection ended before it did. */
export async function readRequest(
  message: IncomingMessage,
  maxBodyBytes: number,
): Promise<ApiRequest | 'too large' | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of message) {
      size += chunk.length;
      if (size <= maxBodyBytes) chunks.push(chunk);
    }
  } catch {
    return null;
  }
  if (size > maxBodyBytes) return 'too large';
  const body = Buffer.concat(chunks);
  const url = new URL(message.url ?? '/', 'http://fake');
  return {
    method: message.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: message.headers,
    body,
    sha256: createHash('sha256').update(body).digest('hex'),
  };
}

export function parseJson({ body }: ApiRequest): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ApiError(400, 'validation_error', 'The request body is not valid JSON.');
  }
}
