import type { PipelineContext } from '../pipeline/context.ts';
import type { Sheet } from './page.ts';
import type { WebhookContext } from './webhooks/app.ts';

/** What the readers' pages are given: the pipeline, and what only pages need to know. */
export interface PublicContext extends PipelineContext, WebhookContext {
  readonly pages: PageSettings;
}

export interface PageSettings {
  readonly privacyUrl: string | null;
  /** Other sites that may hold the sign-up form. */
  readonly signUpOrigins: readonly string[];
  /** How many proxies of ours stand before these pages. */
  readonly trustedProxies: number;
}

/** What every group of routes is made from. */
export interface Site {
  readonly ctx: PublicContext;
  readonly sheet: Sheet;
}
