import { createHash } from 'node:crypto';
import { type CreateBatchOptions, Resend, type Response } from 'resend';

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
  readonly body: Buffer<ArrayBuffer>;
}

/**
 * The SDK's request for a batch, made once and kept before it leaves: the bytes that are hashed are the bytes
 * that are sent, at every attempt, and 6 MB of JSON are written once.
 */
export class SealedBatch extends LiveResend {
  #request: SealedRequest | null = null;
  readonly #toBytes: (json: string) => Buffer<ArrayBuffer>;

  private constructor(account: Account, toBytes: (json: string) => Buffer<ArrayBuffer>) {
    super(account);
    this.#toBytes = toBytes;
  }

  /** `toBytes` makes the body of the JSON that the SDK wrote. */
  static async seal(
    account: Account,
    payload: CreateBatchOptions,
    toBytes: (json: string) => Buffer<ArrayBuffer>,
  ): Promise<SealedBatch> {
    const sealed = new SealedBatch(account, toBytes);
    await sealed.batch.send(payload, { batchValidation: 'permissive' });
    return sealed;
  }

  sha256(): string {
    return createHash('sha256').update(this.#sealed().body).digest('hex');
  }

  /** With the header of https://resend.com/docs/dashboard/emails/idempotency-keys. */
  send(idempotencyKey: string, signal: AbortSignal): Promise<Response<unknown>> {
    const { path, options, body } = this.#sealed();
    const headers = new Headers(options.headers);
    headers.set('Idempotency-Key', idempotencyKey);
    return super.fetchRequest(path, { ...options, headers, body, signal });
  }

  override async fetchRequest<T>(path: string, options: RequestInit = {}): Promise<Response<T>> {
    if (typeof options.body !== 'string') throw new TypeError('the Resend SDK no longer sends a string');
    this.#request = { path, options, body: this.#toBytes(options.body) };
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
