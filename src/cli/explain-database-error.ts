/** Why the database cannot be used, for the failures of a connection; of a statement, without the rows in it. */
export function explainDatabaseError(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const fault = byCode[code] ?? byMessage.find(([pattern]) => pattern.test(error.message))?.[1];
  if (fault !== undefined) return `The database cannot be used: ${fault} Check DATABASE_URL.`;
  if (!/^[0-9A-Z]{5}$/.test(code) || !('severity' in error)) return undefined;
  const place = ['table', 'column', 'constraint', 'routine']
    .map((name) => (name in error ? (error as unknown as Record<string, unknown>)[name] : undefined))
    .filter((value) => value !== undefined)
    .join(', ');
  return `The database refused a statement (SQLSTATE ${code}; ${place}). Nothing is half-written.\nWas it changed by hand, or by another release of this program? NODE_DEBUG=verdicts before the command shows more.`;
}

const byCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers at its address.',
  ECONNRESET: 'it closed the connection; perhaps it is no PostgreSQL.',
  EPIPE: 'it closed the connection.',
  ETIMEDOUT: 'it does not answer in time.',
  EHOSTUNREACH: 'its host cannot be reached.',
  ENETUNREACH: 'its host cannot be reached.',
  ENOTFOUND: 'its host name is not known.',
  EAI_AGAIN: 'its host name cannot be looked up now.',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted here.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted here.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted here.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted here.',
  CERT_HAS_EXPIRED: 'its certificate has expired.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host.',
  '28P01': 'it refuses the user or password.',
  '28000': 'it refuses the user or password.',
  '3D000': 'there is no such database on the server.',
  '42501': 'its user may not do this.',
  '53100': 'its disk is full.',
  '53300': 'it has no connection free.',
  '57P01': 'it was shut down while the command ran.',
  '57P02': 'it was shut down while the command ran.',
  '57P03': 'it is starting up or shutting down.',
};

/** pg gives these no code. */
const byMessage: readonly (readonly [RegExp, string])[] = [
  [
    /timeout expired|timeout exceeded when trying to connect|due to connection timeout/,
    'it does not answer in time.',
  ],
  [
    /Connection terminated|Client has encountered a connection error/,
    'it closed the connection; perhaps it is no PostgreSQL.',
  ],
  [/does not support SSL/, 'it offers no TLS, and sslmode asks for it.'],
  [/SASL|client password must be a string/, 'it asks for a password that is not given.'],
];
