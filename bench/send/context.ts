import { connect } from '../../src/db/client.ts';
import { resendMailer } from '../../src/mail/resend/mailer.ts';
import type { PipelineContext, Settings } from '../../src/pipeline/context.ts';
import { sharedPace } from '../../src/pipeline/shared-pace.ts';
import { openQueue } from '../../src/queue/queue.ts';

export interface Bench {
  readonly databaseUrl: string;
  readonly receiverUrl: string;
  readonly mode: 'inline' | 'template';
}

export const now = new Date('2026-11-24T09:00:00Z');
export const week = '2026-W48';

const settings: Omit<Settings, 'mode'> = {
  publication: {
    name: 'Weekly AI Tool Verdicts',
    publicUrl: 'https://news.example',
    siteUrl: 'https://verdicts.example',
    postalAddress: '1 Example Street, Exampleton',
  },
  from: 'Weekly AI Tool Verdicts <verdicts@news.example>',
  replyTo: null,
  timeZone: 'UTC',
  schedule: { cron: '0 9 * * 2', timeZone: 'UTC' },
  reviewHours: 24,
  approval: 'auto',
  maxComparisons: 12,
  maxPriceAgeDays: 45,
  editorEmails: [],
};

/** The pipeline as production wires it for Resend, but for a limit so high that it never binds. */
export function benchContext({
  databaseUrl,
  receiverUrl,
  mode,
}: Bench): PipelineContext & { close(): Promise<void> } {
  const handle = connect(databaseUrl);
  const queue = openQueue(databaseUrl);
  const observe = () => {};
  const pace = sharedPace(handle.db, { name: 'resend', perSecond: 100_000, observe });
  return {
    db: handle.db,
    queue,
    observe,
    pace,
    mailer: resendMailer({
      apiKey: 're_bench',
      baseUrl: receiverUrl,
      onAnswer: (hint) => void pace.learn(hint),
    }),
    clock: { now: () => now },
    settings: { ...settings, mode },
    close: async () => {
      await queue.stop(0);
      await handle.close();
    },
  };
}
