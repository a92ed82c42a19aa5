import { rootCause } from '../domain/redact.ts';

/** Of the connection, not of a statement: it could not be opened, or was lost. */
const connectionCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENETDOWN', 'EHOSTDOWN', 'ENOTFOUND', 'EAI_AGAIN'],
]);

/**
 * What PostgreSQL says while it cannot serve: connection exceptions, a rejected login (as during a restore or a change
 * of passwords), no such database, out of memory, disk or connections, shut down or starting, and read-only, as a
 * standby is until it takes over.
 */
const serverStates = /^(08|28|3D|53|57P|58)|^(57014|25006|55P03)$/;

/** Errors of the client that have no code. */
const timeouts = /^(Query read timeout|timeout exceeded when trying to connect|timeout expired)$/;
const lost =
  /^Connection terminated|Client has encountered a connection error|^Client was closed|^Connection ended|^Cannot use a pool after calling end/;

/** Whether the database did not answer in time. */
export function isTimeout(error: unknown): boolean {
  const cause = rootCause(error);
  return cause instanceof Error && timeouts.test(cause.message);
}

/** Whether a failure only means that the database cannot be used at the moment: the same work may succeed later. */
export function isDatabaseAway(error: unknown): boolean {
  const cause = rootCause(error);
  if (!(cause instanceof Error)) return false;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (code === 'ENOENT') return 'syscall' in cause && cause.syscall === 'connect';
  if (connectionCodes.has(code) || ('severity' in cause && serverStates.test(code))) return true;
  return isTimeout(cause) || lost.test(cause.message);
}
