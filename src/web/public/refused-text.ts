import type { SuppressionReason } from '../../domain/audience/subscriber.ts';

/** Why no mail goes to a reader's address, and what to do. */
export interface RefusedText {
  readonly text: string;
  /** Whether a new sign-up that is confirmed ends it. */
  readonly signUpHelps: boolean;
}

const bounced: RefusedText = {
  text: 'Mail to your address came back, because the mailbox did not exist, was full or refused it. So we have stopped sending you issues. Once your mailbox takes mail again, sign up anew: we will mail you a link, and you get issues again once you confirm with it.',
  signUpHelps: true,
};

export const refusedText: Readonly<Record<SuppressionReason, RefusedText>> = {
  hard_bounce: bounced,
  soft_bounce: bounced,
  complaint: {
    text: 'Mail from us was reported as spam, by you or by your mail program. So we have stopped sending you issues. Was that a mistake? Sign up anew: we will mail you a link, at most one in 30 days, and you get issues again once you confirm with it.',
    signUpHelps: true,
  },
  provider: {
    text: 'Our mail service does not deliver to your address, because mail to it came back or was reported as spam. So we have stopped sending you issues. If you want them again, sign up anew: we will try to mail you a link, at most one in 30 days, and you get issues again once you confirm with it.',
    signUpHelps: true,
  },
  manual: {
    text: 'Our editors have stopped mail to your address, so it gets no issues. If you want them again, please write to us.',
    signUpHelps: false,
  },
};
