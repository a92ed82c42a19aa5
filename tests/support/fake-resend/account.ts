import type { Settings } from './options.ts';
import { IdempotencyKeys } from './rules/idempotency.ts';
import { QuotaMeter } from './rules/quota.ts';
import { RateLimit } from './rules/rate-limit.ts';
import { Sent } from './sent.ts';
import { Templates } from './templates.ts';

/** The state of one Resend team. */
export class Account {
  readonly settings: Settings;
  readonly sent: Sent;
  readonly templates: Templates;
  readonly keys: IdempotencyKeys;
  readonly rate: RateLimit;
  readonly quota: QuotaMeter;

  constructor(settings: Settings) {
    this.settings = settings;
    this.sent = new Sent(settings);
    this.templates = new Templates(settings.now);
    this.keys = new IdempotencyKeys(settings);
    this.rate = new RateLimit(settings);
    this.quota = new QuotaMeter(settings);
  }
}
