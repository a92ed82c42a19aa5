import { createHash } from 'node:crypto';
import { type CreateBatchOptions, Resend, type Response } from 'resend';
import { blocksOf, byteLength } from './body.ts';

export interface Account {
  readonly apiKey: string;
  readonly baseUrl: string;
}

/** The SDK, but a redirect is an answer: followed, a POST would become a GET and look like a success. */
export class LiveResend extends Resend {
  constructor({ apiKey, baseUrl }: Account) {
    super(apiKey, { baseUrl });
  }

  override fetchRequest<T>(path: string, options: object = {}): Promise<Response<T>> {
    return super.fetchRequest<T>(path, { ...options, redirect: 'manual' });
  }
}

interface SealedRequest {
  readonly path: string;
  readonly options: RequestInit;
  /** Of the body. */
  readonly pieces: readonly Uint8Array[];
}

/**
 * The SDK's request for a batch, made once and kept before it leaves: the bytes that are hashed are the bytes
 * that are sent, at every attempt.
 */
export class SealedBatch extends LiveResend {
  #request: SealedRequest | null = null;
  readonly #toPieces: (json: string) => readonly Uint8Array[];

  private constructor(account: Account, toPieces: (json: string) => readonly Uint8Array[]) {
    super(account);
    this.#toPieces = toPieces;
  }

  /** `toPieces` makes the body of the JSON that the SDK wrote. */
  static async seal(
    account: Account,
    payload: CreateBatchOptions,
    toPieces: (json: string) => readonly Uint8Array[],
  ): Promise<SealedBatch> {
    const sealed = new SealedBatch(account, toPieces);
    await sealed.batch.send(payload, { batchValidation: 'permissive' });
    return sealed;
  }

  sha256(): string {
    const hash = createHash('sha256');
    for (const piece of this.#sealed().pieces) hash.update(piece);
    return hash.digest('hex');
  }

  /** With the header of https://resend.com/docs/dashboard/emails/idempotency-keys. */
  send(idempotencyKey: string, signal: AbortSignal): Promise<Response<unknown>> {
    const { path, options, pieces } = this.#sealed();
    const headers = new Headers(options.headers);
    headers.set('Idempotency-Key', idempotencyKey);
    // Without it a stream would go out in chunks of unknown number, which not every server takes.
    headers.set('Content-Length', String(byteLength(pieces)));
    const body = ReadableStream.from(blocksOf(pieces));
    return super.fetchRequest(path, { ...options, headers, body, duplex: 'half', signal });
  }

  override async fetchRequest<T>(path: string, options: RequestInit = {}): Promise<Response<T>> {
    if (typeof options.body !== 'string') throw new TypeError('the Resend SDK no longer sends a string');
    this.#request = { path, options, pieces: this.#toPieces(options.body) };
    return nothingSent;
  }

  #sealed(): SealedRequest {
    if (this.#request === null) throw new Error('the Resend SDK made no request');
    return this.#request;
  }
}

const nothingSent = {
  data: null,
  error: { name: 'application_error', statusCode: null, message: 'nothing was sent' },
  headers: null,
} as const;
