import { join } from 'node:path';
import { dataFolderSecret } from './app-secret.ts';
import { connect, type Db, type DbHandle, impatient } from './db/client.ts';
import { openEmbedded } from './db/embedded/index.ts';
import { migrateDatabase, readSchemaState, type SchemaState } from './db/migrate.ts';
import { requestLimits } from './db/request-limits.ts';
import { keysFrom } from './domain/audience/keys.ts';
import type { Clock } from './domain/clock.ts';
import type { Observe } from './domain/event.ts';
import type { ReadWebhook } from './domain/sending/mail-event.ts';
import { unlimited } from './domain/sending/pace.ts';
import { counted } from './domain/text.ts';
import { atMost } from './domain/time-limit.ts';
import type { Env, Role } from './env.ts';
import { outboxMailer } from './mail/outbox.ts';
import { resendMailer } from './mail/resend/mailer.ts';
import { resendWebhooks } from './mail/resend/webhook.ts';
import type { PipelineContext, Settings } from './pipeline/context.ts';
import { sharedPace } from './pipeline/send/shared-pace.ts';
import { openQueue, type Queue } from './queue/queue.ts';
import type { PageSettings } from './web/context.ts';

/** Everything that a command or a role needs; `close` releases it. */
export interface App extends PipelineContext {
  readonly queue: Queue;
  readonly briefly: DbHandle['briefly'];
  readonly dataDir: string;
  readonly roles: readonly Role[];
  readonly http: HttpSettings;
  readonly pages: PageSettings;
  /**
   * The database as pages use it: over connections of their own, which long work does not occupy, and without waiting
   * long for it.
   */
  readonly forPages: Pick<PipelineContext, 'db' | 'limits'>;
  /** The Resend account, null in outbox mode. */
  readonly resend: { readonly apiKey: string; readonly baseUrl: string } | null;
  /** Null without RESEND_WEBHOOK_SECRET. */
  readonly readWebhook: ReadWebhook | null;
  /** Gives up what does not close in time, as it does when the database hangs. */
  close(): Promise<void>;
}

export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  /** The editors' preview has its own port and listens on loopback only. */
  readonly previewPort: number;
  readonly metricsToken: string | null;
}

/** A queue or a pool waits for statements under way, which may be for ever. */
const closeMs = 1_500;

export class SchemaBehindError extends Error {}

export class SchemaAheadError extends Error {
  constructor(newer: number) {
    super(
      `The database is on the schema of a newer release (${counted(newer, 'migration')} that this one does not know). Start the newer release, or restore a backup from before the update; this one might spoil what the newer has stored.`,
    );
  }
}

/**
 * The composition root: opens the database and connects the modules. The embedded database is started, or joined if it
 * is running, and migrated; any other must already be on the current schema, else throws SchemaBehindError. Throws
 * SchemaAheadError on a newer one.
 *
 * @param roles what this process does until it is stopped; none for a command
 */
export async function openApp(
  env: Env,
  clock: Clock,
  observe: Observe,
  roles: readonly Role[] = [],
): Promise<App> {
  const database = await openDatabase(env);
  const secret = await secretOf(env).catch(async (error: unknown) => {
    // An open database would keep the process from ending.
    await database.close();
    throw error;
  });
  const failed = (what: string) => (error: Error) => observe({ kind: 'failed', what, error });
  const handle = connect(database.url, { onError: failed('database') });
  const pages = connect(database.url, { max: 5, patience: impatient, onError: failed('database') });
  const queue = openQueue(database.url, { supervise: roles.includes('worker'), onError: failed('queue') });
  const limits = (pool: DbHandle['pool']) =>
    requestLimits(pool, { mailsPerHour: env.CONFIRMATIONS_PER_HOUR });
  return {
    db: handle.db,
    briefly: handle.briefly,
    ...chooseMailer(env, handle.db, observe),
    readWebhook:
      env.RESEND_WEBHOOK_SECRET === undefined
        ? null
        : resendWebhooks(env.RESEND_WEBHOOK_SECRET, env.UNSUBSCRIBE_MAILBOX ?? null),
    queue,
    clock,
    observe,
    keys: keysFrom(secret),
    limits: limits(handle.pool),
    forPages: { db: pages.db, limits: limits(pages.pool) },
    settings: settingsOf(env),
    dataDir: env.DATA_DIR,
    roles,
    http: {
      host: env.HOST,
      port: env.PORT,
      previewPort: env.PREVIEW_PORT,
      metricsToken: env.METRICS_TOKEN ?? null,
    },
    pages: {
      privacyUrl: env.PRIVACY_URL ?? null,
      signUpOrigins: env.SIGNUP_ORIGINS,
      trustedProxies: env.TRUST_PROXY,
    },
    close: async () => {
      await atMost(closeMs, queue.stop(0));
      await atMost(closeMs, Promise.all([handle.close(), pages.close()]));
      await database.close();
    },
  };
}

async function secretOf(env: Env): Promise<string | null> {
  return env.APP_SECRET ?? (env.DATABASE_URL === undefined ? dataFolderSecret(env.DATA_DIR) : null);
}

/** With an API key, mail is sent through Resend at its rate; without one, it goes to the outbox. */
function chooseMailer(env: Env, db: Db, observe: Observe): Pick<App, 'mailer' | 'pace' | 'resend'> {
  if (env.RESEND_API_KEY === undefined) {
    return { mailer: outboxMailer(join(env.DATA_DIR, 'outbox')), pace: unlimited, resend: null };
  }
  const resend = { apiKey: env.RESEND_API_KEY, baseUrl: env.RESEND_BASE_URL };
  const pace = sharedPace(db, { name: 'resend', perSecond: env.RESEND_RATE, observe });
  const mailer = resendMailer({
    ...resend,
    onAnswer: (hint) => {
      pace.learn(hint).catch((error: unknown) => observe({ kind: 'failed', what: 'limiter', error }));
    },
  });
  return { mailer, pace, resend };
}

/** The database that the environment names, or the embedded one, migrated. */
async function openDatabase(env: Env): Promise<{ url: string; close(): Promise<void> }> {
  if (env.DATABASE_URL === undefined) {
    const embedded = await openEmbedded(env.DATA_DIR);
    try {
      await migrateDatabase(embedded.url);
      refuseNewer(await readSchemaState(embedded.url));
    } catch (error) {
      await embedded.close();
      throw error;
    }
    return embedded;
  }
  const state = await readSchemaState(env.DATABASE_URL);
  refuseNewer(state);
  if (state.pending > 0) {
    throw new SchemaBehindError(
      'The database is not on the current schema. Run: npm run -s verdicts -- migrate',
    );
  }
  return { url: env.DATABASE_URL, close: async () => {} };
}

function refuseNewer({ newer }: SchemaState): void {
  if (newer > 0) throw new SchemaAheadError(newer);
}

function settingsOf(env: Env): Settings {
  return {
    publication: {
      name: env.NEWSLETTER_NAME,
      publicUrl: env.PUBLIC_URL,
      siteUrl: env.SITE_URL ?? null,
      postalAddress: env.POSTAL_ADDRESS ?? null,
    },
    from: env.MAIL_FROM,
    replyTo: env.MAIL_REPLY_TO ?? null,
    unsubscribeMailbox: env.UNSUBSCRIBE_MAILBOX ?? null,
    retentionDays: env.RETENTION_DAYS,
    deliveryRetentionDays: env.DELIVERY_RETENTION_DAYS,
    mode: env.RESEND_API_KEY === undefined ? 'inline' : env.RESEND_DELIVERY,
    timeZone: env.TIMEZONE,
    schedule: { cron: env.SEND_SCHEDULE, timeZone: env.TIMEZONE },
    reviewHours: env.REVIEW_HOURS,
    minReviewMinutes: env.MIN_REVIEW_MINUTES,
    minComparisons: env.MIN_COMPARISONS,
    approval: env.APPROVAL,
    maxComparisons: env.MAX_COMPARISONS,
    maxPriceAgeDays: env.MAX_PRICE_AGE_DAYS,
    editorEmails: env.EDITOR_EMAILS,
  };
}
