import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../src/db/client.ts';
import { openEmbedded } from '../../src/db/embedded/index.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { requestLimits } from '../../src/db/request-limits.ts';
import { keysFrom } from '../../src/domain/audience/keys.ts';
import { resendMailer } from '../../src/mail/resend/mailer.ts';
import type { PipelineContext } from '../../src/pipeline/context.ts';
import { sharedPace } from '../../src/pipeline/send/shared-pace.ts';
import { openQueue, type Queue } from '../../src/queue/queue.ts';
import { settings } from '../../tests/support/pipeline/settings.ts';

/** What a process needs to open the pipeline; plain JSON, so that a child gets the same. */
export interface BenchSettings {
  readonly databaseUrl: string;
  /** Where mail is posted; by default nothing listens there. */
  readonly receiverUrl?: string;
  readonly mode?: 'inline' | 'template';
  readonly apiKey?: string;
  /** Requests a second to begin with; the default is never reached. */
  readonly perSecond?: number;
}

export interface BenchContext extends PipelineContext {
  readonly queue: Queue;
  close(): Promise<void>;
}

export const now = new Date('2026-11-24T09:00:00Z');
export const week = '2026-W48';

/** A bench that loses a connection has measured nothing. */
const fail = (error: Error) => {
  throw error;
};

/** The pipeline as production wires it for Resend. */
export function benchContext({
  databaseUrl,
  receiverUrl = 'http://127.0.0.1:9',
  mode = 'template',
  apiKey = 're_bench',
  perSecond = 100_000,
}: BenchSettings): BenchContext {
  const handle = connect(databaseUrl, { onError: fail });
  const queue = openQueue(databaseUrl, { onError: fail });
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
    keys: keysFrom('a secret for benchmarks only'),
    limits: requestLimits(handle.pool, { mailsPerHour: 500 }),
    settings: { ...settings, mode },
    close: async () => {
      await queue.stop(0);
      await handle.close();
    },
  };
}

export interface Bench {
  readonly ctx: BenchContext;
  /** For the children. */
  readonly settings: BenchSettings;
  close(): Promise<void>;
}

/** The pipeline on an embedded PostgreSQL in a new folder, as a first start has it; `close` removes both. */
export async function openBench(rest: Omit<BenchSettings, 'databaseUrl'> = {}): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'verdicts-bench-'));
  const server = await openEmbedded(folder);
  await migrateDatabase(server.url);
  const settings = { databaseUrl: server.url, ...rest };
  const ctx = benchContext(settings);
  return {
    ctx,
    settings,
    close: async () => {
      await ctx.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
