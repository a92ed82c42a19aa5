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

/** An email in a request's JSON, not checked yet. */
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

/** An email that passed every check, with its template filled in. */
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

/** An accepted email. */
export interface Accepted {
  readonly id: string;
  readonly to: string;
  readonly key: string | null;
  /** Of the request. */
  readonly sha256: string;
  readonly at: number;
  /** Null under `keep: 'brief'`. */
  readonly email: CheckedEmail | null;
}
