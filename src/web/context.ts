import type { PipelineContext } from '../pipeline/context.ts';
import type { WebhookContext } from './webhooks/app.ts';

/** What the readers' pages work with: the pipeline, and settings for pages only. */
export interface PublicContext extends PipelineContext, WebhookContext {
  readonly pages: PageSettings;
}

export interface PageSettings {
  readonly privacyUrl: string | null;
  /** Other sites that may embed the sign-up form. */
  readonly signUpOrigins: readonly string[];
  /** How many of our own proxies stand in front of these pages. */
  readonly trustedProxies: number;
}
