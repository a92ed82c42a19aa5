/** Counts of the last hour's sign-ups. */
export interface SignUpFigures {
  readonly total: number;
  /** From the `fewNetworks` networks with the most sign-ups. */
  readonly fromFewNetworks: number;
  /** Whose confirmation mail was sent at least `settlingMinutes` ago. */
  readonly mailed: number;
  readonly unconfirmed: number;
}

export const fewNetworks = 5;
/** Enough to find the mail and press its button. */
export const settlingMinutes = 15;

const minSample = 100;
/** While slowed, hardly any mail goes out, so a smaller sample has to do. */
const minSampleWhileSlowed = 20;
const suspiciousShare = 0.7;

/**
 * Whether somebody seems to be using the form to mail strangers: of at least 100 sign-ups, more than 70 % came from few
 * networks or are unconfirmed. Once slowed, sign-ups stay slowed until enough people confirm or fewer sign up.
 */
export function shouldSlowDown(figures: SignUpFigures, slowed: boolean): boolean {
  const { total, fromFewNetworks, mailed, unconfirmed } = figures;
  if (total < minSample) return false;
  if (fromFewNetworks > total * suspiciousShare) return true;
  if (mailed >= (slowed ? minSampleWhileSlowed : minSample)) return unconfirmed > mailed * suspiciousShare;
  return slowed;
}
