import { join } from 'node:path';
import type { Email } from 'postal-mime';
import { eraseReaderJob } from '../../../jobs/erase-reader.ts';
import { mailReaderJob } from '../../../jobs/mail-reader.ts';
import { settleSignUpJob } from '../../../jobs/settle-sign-up.ts';
import { readOutbox } from '../mail/read-outbox.ts';
import type { TestPipeline } from './test-pipeline.ts';

/** Runs the waiting jobs about readers, and those that they enqueue. */
export async function runReaderJobs(ctx: TestPipeline): Promise<void> {
  await ctx.queue.drain('settle-sign-up', settleSignUpJob(ctx));
  await ctx.queue.drain('erase-reader', eraseReaderJob(ctx));
  await ctx.queue.drain('mail-reader', mailReaderJob(ctx));
}

/** All mails to readers so far, in no particular order. */
export async function readerMails({ outbox }: Pick<TestPipeline, 'outbox'>): Promise<Email[]> {
  return readOutbox(join(outbox, 'readers')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

/** The newest mail of a kind to an address. */
export async function mailTo(
  ctx: Pick<TestPipeline, 'outbox'>,
  address: string,
  kind: string,
): Promise<Email | undefined> {
  const mails = await readerMails(ctx);
  return mails
    .filter((mail) => recipient(mail) === address && tag(mail).includes(`mail=${kind};`))
    .toSorted((a, b) => (a.date ?? '').localeCompare(b.date ?? ''))
    .at(-1);
}

export const recipient = (mail: Email) => {
  const [to] = mail.to ?? [];
  return to !== undefined && 'address' in to ? to.address : undefined;
};

const tag = (mail: Email) => `${mail.headers.find(({ key }) => key === 'x-tags')?.value ?? ''};`;

/** Every URL in a mail: of its links, and of its one-click header. */
export function linksIn(mail: Email): string[] {
  const header = mail.headers.find(({ key }) => key === 'list-unsubscribe')?.value ?? '';
  const html = [...(mail.html ?? '').matchAll(/href="([^"]+)"/g)].map(([, url]) => url ?? '');
  const text = [...(mail.text ?? '').matchAll(/https?:\/\/[^\s)\]>]+/g)].map(([url]) => url);
  const inHeader = [...header.matchAll(/<(https?:[^>]+)>/g)].map(([, url]) => url ?? '');
  return [...new Set([...html, ...text, ...inHeader])].map((url) => url.replaceAll('&amp;', '&'));
}

/** The path of the first link in the mail whose path starts with `start`. */
export function pathIn(mail: Email | undefined, start: string): string {
  const url = mail && linksIn(mail).find((link) => new URL(link).pathname.startsWith(start));
  if (url === undefined) throw new Error(`the mail has no link to ${start}`);
  return new URL(url).pathname;
}
