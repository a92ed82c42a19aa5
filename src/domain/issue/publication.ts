/** Who publishes: what the masthead, the footer and the headers of every mail say. */
export interface Publication {
  readonly name: string;
  /** The newsletter's own pages: unsubscribe, preferences, archive. No trailing slash. */
  readonly publicUrl: string;
  /** The comparison site, `null` when not told. */
  readonly siteUrl: string | null;
  readonly postalAddress: string | null;
}

/** Where the links of an issue lead, for one reader. */
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
/** Where the front page has its form. */
export const signUpUrl = (publicUrl: string) => `${publicUrl}/#sign-up`;
