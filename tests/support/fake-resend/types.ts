import type { IncomingHttpHeaders } from 'node:http';

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** sha256 (hex) of the body's bytes. */
  readonly sha256: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly json: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An email as it stands in a request's JSON; nothing is checked yet. */
export interface EmailItem {
  readonly from?: unknown;
  readonly to?: unknown;
  readonly subject?: unknown;
  readonly html?: unknown;
  readonly text?: unknown;
  readonly reply_to?: unknown;
  readonly headers?: unknown;
  readonly tags?: unknown;
  readonly template?: unknown;
  readonly attachments?: unknown;
  readonly scheduled_at?: unknown;
}

export interface Tag {
  readonly name: string;
  readonly value: string;
}

/** An email that passed every check, its template filled in. */
export interface CheckedEmail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string | null;
  readonly text: string | null;
  readonly replyTo: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly templateId: string | null;
}

/** An accepted email; `email` is null when the server keeps only the brief. */
export interface Accepted {
  readonly id: string;
  readonly to: string;
  readonly key: string | null;
  /** Of the request that brought it. */
  readonly sha256: string;
  readonly at: number;
  readonly email: CheckedEmail | null;
}
