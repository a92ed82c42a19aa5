import { createHash } from 'node:crypto';

/** What a subscriber agrees to: the sentence beside the button, and a version that changes with its words. */
export interface ConsentWording {
  readonly version: string;
  readonly text: string;
}

export function consentWording(newsletter: string): ConsentWording {
  const text = `Email me ${newsletter}, once a week. I can leave with one click in any issue.`;
  return { version: createHash('sha256').update(text).digest('hex').slice(0, 12), text };
}
