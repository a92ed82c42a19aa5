import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestLimits } from '../../../src/db/request-limits.ts';
import { keysFrom } from '../../../src/domain/audience/keys.ts';
import { fixedClock } from '../../../src/domain/clock.ts';
import { unlimited } from '../../../src/domain/sending/pace.ts';
import { outboxMailer } from '../../../src/mail/outbox.ts';
import { resendWebhooks } from '../../../src/mail/resend/webhook.ts';
import type { PipelineContext, Settings } from '../../../src/pipeline/context.ts';
import { openQueue, type Queue } from '../../../src/queue/queue.ts';
import type { PublicContext } from '../../../src/web/context.ts';
import { type TestDatabase, testDatabase } from '../database/test-database.ts';
import { webhookSecret } from '../fake-resend/webhooks.ts';
import { settings } from './settings.ts';

/** A Tuesday in week 2026-W48. */
export const tuesday = new Date('2026-11-24T09:00:00Z');
export const week = '2026-W48';

export interface TestPipeline extends PublicContext {
  readonly database: TestDatabase;
  readonly queue: Queue;
  readonly outbox: string;
  close(): Promise<void>;
}

/** The pipeline on a database and an outbox of its own. */
export async function testPipeline(
  overrides: { settings?: Partial<Settings>; now?: Date } = {},
): Promise<TestPipeline> {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'verdicts-outbox-'));
  const queue = openQueue(database.url, { onError: () => {} });
  return {
    database,
    queue,
    observe: () => {},
    pace: unlimited,
    keys: keysFrom('a secret for tests, and for tests alone'),
    limits: requestLimits(database.pool, { mailsPerHour: 500 }),
    readWebhook: resendWebhooks(webhookSecret),
    pages: {
      privacyUrl: null,
      signUpOrigins: ['https://verdicts.example', 'http://verdicts.example'],
      trustedProxies: 0,
    },
    db: database.db,
    outbox: folder,
    mailer: outboxMailer(folder),
    clock: fixedClock(overrides.now ?? tuesday),
    settings: { ...settings, ...overrides.settings },
    close: async () => {
      await queue.stop(0);
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The same pipeline at another time. */
export const at = <T extends PipelineContext>(pipeline: T, instant: Date | string): T => ({
  ...pipeline,
  clock: fixedClock(new Date(instant)),
});

/** Returns a result that has to be a success, or throws its message. */
export function must<T extends { readonly ok: boolean }>(result: T): Extract<T, { readonly ok: true }> {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result as Extract<T, { readonly ok: true }>;
}
