import { connect } from '../../src/db/client.ts';
import { requestLimits } from '../../src/db/request-limits.ts';
import { keysFrom } from '../../src/domain/audience/keys.ts';
import { resendMailer } from '../../src/mail/resend/mailer.ts';
import type { PipelineContext } from '../../src/pipeline/context.ts';
import { sharedPace } from '../../src/pipeline/send/shared-pace.ts';
import { openQueue } from '../../src/queue/queue.ts';
import { settings } from '../../tests/support/pipeline/settings.ts';

export interface Bench {
  readonly databaseUrl: string;
  readonly receiverUrl: string;
  readonly mode: 'inline' | 'template';
  readonly apiKey?: string;
  /** Requests a second to begin with; without it the limit never binds. */
  readonly perSecond?: number;
}

export const now = new Date('2026-11-24T09:00:00Z');
export const week = '2026-W48';

/** The pipeline as production wires it for Resend. */
export function benchContext({
  databaseUrl,
  receiverUrl,
  mode,
  apiKey = 're_bench',
  perSecond = 100_000,
}: Bench): PipelineContext & { close(): Promise<void> } {
  const handle = connect(databaseUrl);
  const queue = openQueue(databaseUrl);
  const observe = () => {};
  const pace = sharedPace(handle.db, { name: 'resend', perSecond, observe });
  return {
    db: handle.db,
    queue,
    observe,
    pace,
    mailer: resendMailer({
      apiKey,
      baseUrl: receiverUrl,
      onAnswer: (hint) => void pace.learn(hint),
    }),
    clock: { now: () => now },
    keys: keysFrom('a secret for benchmarks, and for them alone'),
    limits: requestLimits(handle.pool, { mailsPerHour: 500 }),
    settings: { ...settings, mode },
    close: async () => {
      await queue.stop(0);
      await handle.close();
    },
  };
}
