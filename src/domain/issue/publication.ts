/** The newsletter, as the masthead, the footer and the headers of every mail name it. */
export interface Publication {
  readonly name: string;
  /** The newsletter's own pages: unsubscribe, preferences, archive. No trailing slash. */
  readonly publicUrl: string;
  /** The comparison site; `null` if not set. */
  readonly siteUrl: string | null;
  readonly postalAddress: string | null;
}

/** The links in one reader's copy of an issue. */
export interface Links {
  readonly unsubscribe: string;
  readonly preferences: string;
  readonly web: string;
}

export const unsubscribeUrl = (publicUrl: string, token: string) => `${publicUrl}/u/${token}`;
export const preferencesUrl = (publicUrl: string, token: string) => `${publicUrl}/preferences/${token}`;
export const issueUrl = (publicUrl: string, week: string) => `${publicUrl}/issues/${week}`;
export const feedPath = '/feed.xml';
export const confirmUrl = (publicUrl: string, token: string) => `${publicUrl}/confirm/${token}`;
export const dataUrl = (publicUrl: string, token: string) => `${publicUrl}/data/${token}`;
/** The sign-up form on the front page. */
export const signUpUrl = (publicUrl: string) => `${publicUrl}/#sign-up`;
