import { ApiError } from '../api-error.ts';
import type { Settings } from '../options.ts';

/** Counts every recipient, in the UTC day and month (resend.com/docs/knowledge-base/account-quotas-and-limits). */
export class QuotaMeter {
  readonly #used = new Map<string, number>();
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Throws when the request would exceed a quota. */
  check(recipients: number): void {
    const { daily, monthly } = this.#settings.quota;
    const { day, month } = this.#periods();
    if (monthly !== undefined && this.#of(month) + recipients > monthly) {
      throw new ApiError(
        429,
        'monthly_quota_exceeded',
        'You have reached your monthly email sending quota.',
        this.headers(),
      );
    }
    if (daily !== undefined && this.#of(day) + recipients > daily) {
      throw new ApiError(
        429,
        'daily_quota_exceeded',
        'You have reached your daily email sending quota.',
        this.headers(),
      );
    }
  }

  count(recipients: number): void {
    for (const period of Object.values(this.#periods()))
      this.#used.set(period, this.#of(period) + recipients);
  }

  headers(): Record<string, string> {
    const { daily, monthly } = this.#settings.quota;
    const { day, month } = this.#periods();
    return {
      ...(daily === undefined ? {} : { 'x-resend-daily-quota': String(this.#of(day)) }),
      ...(monthly === undefined ? {} : { 'x-resend-monthly-quota': String(this.#of(month)) }),
    };
  }

  #of(period: string): number {
    return this.#used.get(period) ?? 0;
  }

  #periods() {
    const date = new Date(this.#settings.now()).toISOString();
    return { day: date.slice(0, 10), month: date.slice(0, 7) };
  }
}
