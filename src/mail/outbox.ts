import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Email, type EmailHead, wholeEmail } from '../domain/sending/email.ts';
import type { Mailer } from '../domain/sending/mailer.ts';
import type { BatchOutcome } from '../domain/sending/outcome.ts';
import { toEml } from './eml.ts';

interface Receipt {
  readonly sha256: string;
  readonly ids: readonly string[];
}

/**
 * A mailer that writes each email as an .eml file into `folder`/`group`, with an html preview of the first. Like a real
 * provider it honours idempotency keys: the same key and body posted again write nothing and return the same ids; the
 * same key with another body is refused.
 */
export function outboxMailer(folder: string): Mailer {
  return {
    provider: 'outbox',
    async prepare(batch) {
      const emails = batch.emails
        .map((email) => ('shared' in email ? wholeEmail(email) : email))
        .filter((email) => 'html' in email);
      if (emails.length < batch.emails.length) throw new TypeError('the outbox has no templates');
      const files: Buffer[] = [];
      const hash = createHash('sha256');
      // One after the other, because a hundred at once would need a hundred times the memory.
      for (const email of emails) {
        const file = await toEml(email, batch.date);
        hash.update(file);
        files.push(file);
      }
      const sha256 = hash.digest('hex');
      const bytes = files.reduce((sum, file) => sum + file.byteLength, 0);
      return {
        sha256,
        bytes,
        post: (key) => post(join(folder, batch.group), key, { emails, files, sha256 }),
      };
    },
  };
}

interface Body {
  readonly emails: readonly Email[];
  readonly files: readonly Buffer[];
  readonly sha256: string;
}

async function post(folder: string, key: string, { emails, files, sha256 }: Body): Promise<BatchOutcome> {
  try {
    const receiptPath = join(folder, '.receipts', `${key}.json`);
    const earlier = await readReceipt(receiptPath);
    if (earlier !== null && earlier.sha256 !== sha256) {
      return { kind: 'unknown', reason: `The outbox already has ${key} with another body.` };
    }
    const receipt = earlier ?? { sha256, ids: files.map((_, index) => `outbox-${key}-${index + 1}`) };
    if (earlier === null) {
      await mkdir(join(folder, '.receipts'), { recursive: true });
      for (const [index, file] of files.entries()) {
        await writeAtomically(join(folder, fileName(key, index, emails[index])), file);
      }
      await writePreview(folder, emails[0]);
      await writeAtomically(receiptPath, JSON.stringify(receipt));
    }
    return { kind: 'submitted', ids: receipt.ids, rejected: [] };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return {
      kind: 'hold-issue',
      reason: `Cannot write to the outbox ${folder} (${error.code}).`,
      attempted: true,
    };
  }
}

async function readReceipt(path: string): Promise<Receipt | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Receipt;
  } catch (error) {
    // A power failure can leave an invalid receipt. Then the emails are written again under the same names.
    if (error instanceof SyntaxError) return null;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Key and index make the name unique; the address is for people who look for an email. */
function fileName(key: string, index: number, email: EmailHead | undefined): string {
  const address = (email?.to ?? '').replace(/[^A-Za-z0-9@.+_-]/g, '_').slice(0, 120);
  return `${key}-${String(index + 1).padStart(3, '0')}-${address}.eml`;
}

/** Writes all or nothing, even if killed half-way or if two processes write at once. */
async function writeAtomically(path: string, data: Buffer | string): Promise<void> {
  const partial = `${path}.${randomUUID()}.partial`;
  await writeFile(partial, data);
  await rename(partial, path);
}

async function writePreview(folder: string, first: Email | undefined): Promise<void> {
  if (first === undefined) return;
  const path = join(folder, 'preview.html');
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (!exists) await writeAtomically(path, first.html);
}
