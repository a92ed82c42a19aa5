import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ApiRequest } from './types.ts';

/** The whole request; null when the client died before its end, or when the body is too large. */
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
