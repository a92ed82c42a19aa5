/** Sign-ups of the last hour. */
export interface SignUpFigures {
  readonly total: number;
  /** Those from the few networks that most came from. */
  readonly fromFewNetworks: number;
  /** Those whose confirmation mail has had time to be read. */
  readonly mailed: number;
  readonly unconfirmed: number;
}

export const fewNetworks = 5;
/** Time to find a mail and press its button. */
export const settlingMinutes = 15;

const enough = 100;
/** While slowed hardly any mail goes out, so fewer must do to show that all is well. */
const enoughWhileSlowed = 20;
const tooMuch = 0.7;

/**
 * Whether somebody is using the form to mail strangers: more than 70 % of at least 100 sign-ups came from few
 * networks, or stay unconfirmed. Once slowed it stays so until there is proof to the contrary or the rush is over.
 */
export function shouldSlowDown(figures: SignUpFigures, slowed: boolean): boolean {
  const { total, fromFewNetworks, mailed, unconfirmed } = figures;
  if (total < enough) return false;
  if (fromFewNetworks > total * tooMuch) return true;
  if (mailed >= (slowed ? enoughWhileSlowed : enough)) return unconfirmed > mailed * tooMuch;
  return slowed;
}
