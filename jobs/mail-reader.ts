import type { AudienceContext } from '../src/audience/context.ts';
import { mailReader } from '../src/audience/reader-mail/mail-reader.ts';
import type { Jobs } from '../src/queue/jobs.ts';

export const mailReaderJob = (ctx: AudienceContext) => (job: Jobs['mail-reader']) =>
  mailReader(ctx, job.mail);
