import { createHash } from 'node:crypto';
import type { CreateBatchOptions, Response } from 'resend';
import { type Account, ResendClient } from './client.ts';

interface SealedRequest {
  readonly path: string;
  readonly options: RequestInit;
  readonly bodyPieces: readonly Uint8Array[];
}

/** Is told of an upload, as the operating system takes it. */
export interface Upload {
  sent(bytes: number): void;
  end(): void;
}

/**
 * The SDK's request for a batch, captured before it is sent, so that every attempt sends exactly the bytes that were
 * hashed.
 */
export class SealedBatch extends ResendClient {
  #request: SealedRequest | null = null;
  readonly #toPieces: (json: string) => readonly Uint8Array[];

  private constructor(account: Account, toPieces: (json: string) => readonly Uint8Array[]) {
    super(account);
    this.#toPieces = toPieces;
  }

  /** Sends nothing. `toPieces` turns the SDK's JSON into the body. */
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
    for (const piece of this.#sealed().bodyPieces) hash.update(piece);
    return hash.digest('hex');
  }

  get bytes(): number {
    return byteLength(this.#sealed().bodyPieces);
  }

  /** Sends the header of https://resend.com/docs/dashboard/emails/idempotency-keys. */
  send(idempotencyKey: string, signal: AbortSignal, upload: Upload): Promise<Response<unknown>> {
    const { path, options, bodyPieces } = this.#sealed();
    const headers = new Headers(options.headers);
    headers.set('Idempotency-Key', idempotencyKey);
    // Without a length a stream is sent in chunks, which not every server accepts.
    headers.set('Content-Length', String(this.bytes));
    const body = ReadableStream.from(reported(blocksOf(bodyPieces), upload));
    return super.fetchRequest(path, { ...options, headers, body, duplex: 'half', signal });
  }

  override async fetchRequest<T>(path: string, options: RequestInit = {}): Promise<Response<T>> {
    if (typeof options.body !== 'string') throw new TypeError('the Resend SDK no longer sends a string');
    this.#request = { path, options, bodyPieces: this.#toPieces(options.body) };
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

const blockBytes = 256 * 1_024;

const byteLength = (pieces: readonly Uint8Array[]) =>
  pieces.reduce((sum, piece) => sum + piece.byteLength, 0);

/** Asked for the next block, a reader has got rid of the last one. */
function* reported(blocks: Iterable<Uint8Array>, upload: Upload): Generator<Uint8Array> {
  for (const block of blocks) {
    const bytes = block.byteLength;
    yield block;
    upload.sent(bytes);
  }
  upload.end();
}

/**
 * Joins small pieces into blocks, and passes on large ones, which all mails share, without copying them. Each on demand,
 * so that a body of 10 MB is never in memory at once.
 */
export function* blocksOf(pieces: readonly Uint8Array[], size = blockBytes): Generator<Uint8Array> {
  let small: Uint8Array[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    const isLarge = piece.byteLength >= size / 8;
    if (!isLarge) {
      small.push(piece);
      bytes += piece.byteLength;
    }
    if (bytes > 0 && (isLarge || bytes >= size)) {
      yield Buffer.concat(small);
      [small, bytes] = [[], 0];
    }
    if (isLarge) for (let at = 0; at < piece.byteLength; at += size) yield piece.subarray(at, at + size);
  }
  if (bytes > 0) yield Buffer.concat(small);
}
