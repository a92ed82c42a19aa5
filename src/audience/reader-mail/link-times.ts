/** A confirmation link opens for so long. */
export const confirmDays = 7;
/** A link to one's own data opens for so long. */
export const dataHours = 24;
