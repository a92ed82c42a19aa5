const checkUrl = 'Check DATABASE_URL.';
const again = 'Run the command again once it is up.';

/**
 * Why the database cannot be used and what to do: for failed connections, and for statements without the rows in them.
 * `embeddedFix` is what to do about the embedded one, which has no DATABASE_URL.
 */
export function explainDatabaseError(error: unknown, embeddedFix?: string): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const fault = byCode[code] ?? byMessage.find(([pattern]) => pattern.test(error.message))?.[1];
  if (fault !== undefined) {
    const [what, fix = checkUrl] = typeof fault === 'string' ? [fault] : fault;
    return embeddedFix === undefined
      ? `The database cannot be used: ${what} ${fix}`
      : `The embedded database cannot be used: ${what} ${embeddedFix}`;
  }
  if (!/^[0-9A-Z]{5}$/.test(code) || !('severity' in error)) return undefined;
  const place = ['table', 'column', 'constraint', 'routine']
    .map((name) => (name in error ? (error as unknown as Record<string, unknown>)[name] : undefined))
    .filter((value) => value !== undefined)
    .join(', ');
  return `The database refused a statement (SQLSTATE ${code}; ${place}). Nothing was left half done.\nWas it changed by hand, or by another release of this program? NODE_DEBUG=verdicts before the command shows more.`;
}

/** What is wrong, and how to fix it where that is not DATABASE_URL. */
type Fault = string | readonly [what: string, fix: string];

const untrusted = 'this machine does not trust its certificate.';
const wrongUser = 'it rejects the user name or the password.';
const shutDown: Fault = ['it was shut down while the command ran.', again];

const byCode: Readonly<Record<string, Fault>> = {
  ECONNREFUSED: 'nothing answers at its address.',
  ECONNRESET: 'it closed the connection; perhaps it is not PostgreSQL.',
  EPIPE: 'it closed the connection.',
  ETIMEDOUT: 'it does not answer in time.',
  EHOSTUNREACH: 'its host cannot be reached.',
  ENETUNREACH: 'its host cannot be reached.',
  ENOTFOUND: 'its host name does not exist.',
  EAI_AGAIN: 'its host name cannot be looked up at the moment.',
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: ['its certificate has expired.', 'Renew it on the server.'],
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host.',
  '28P01': wrongUser,
  '28000': wrongUser,
  '3D000': 'the server has no database of that name.',
  '42501': ['its user lacks a permission.', 'Grant it, or name another user in DATABASE_URL.'],
  '53100': ['its disk is full.', 'Free some space on the server.'],
  '53300': ['it has no free connection.', 'Raise max_connections on the server, or run fewer processes.'],
  '57P01': shutDown,
  '57P02': shutDown,
  '57P03': ['it is starting up or shutting down.', again],
};

/** Errors of pg that have no code. */
const byMessage: readonly (readonly [RegExp, Fault])[] = [
  [
    /timeout expired|timeout exceeded when trying to connect|due to connection timeout/,
    'it does not answer in time.',
  ],
  [
    /Connection terminated|Client has encountered a connection error/,
    'it closed the connection; perhaps it is not PostgreSQL.',
  ],
  [
    /does not support SSL/,
    ['it does not offer TLS.', 'Turn TLS on at the server, or remove sslmode from DATABASE_URL.'],
  ],
  [
    /SASL|client password must be a string/,
    [
      'it asks for a password and DATABASE_URL has none.',
      'Write it as postgres://user:password@host/database, with special characters percent-encoded.',
    ],
  ],
];
