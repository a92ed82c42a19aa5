import { SchemaBehindError } from '../app.ts';
import { EmbeddedDatabaseError } from '../db/embedded/data-folder.ts';
import { MissingSecretError } from '../domain/audience/keys.ts';
import { describeError, rootCause } from '../domain/redact.ts';
import { EnvironmentError } from '../env.ts';
import { ListenError } from '../web/http/listen.ts';
import { explainDatabaseError } from './explain-database-error.ts';

/** The message for a failed command: what, where and what to do in one or two lines, never a stack trace. */
export function explainError(error: unknown): string {
  if (
    error instanceof EnvironmentError ||
    error instanceof SchemaBehindError ||
    error instanceof EmbeddedDatabaseError ||
    error instanceof ListenError ||
    error instanceof MissingSecretError
  ) {
    return error.message.replace(/^[a-z]/, (letter) => letter.toUpperCase());
  }
  const cause = rootCause(error);
  const database = explainDatabaseError(cause);
  if (database !== undefined) return database;
  const file = explainFileError(cause);
  if (file !== undefined) return file;
  return `Unexpected failure: ${describeError(error).split('\n')[0]}\nNothing was left half done: run it again. If it fails again, NODE_DEBUG=verdicts before the command shows where (and may show addresses).`;
}

const fileFaults: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file or folder',
  EACCES: 'This user has no permission to read or write there',
  EPERM: 'This user has no permission to read or write there',
  EISDIR: 'That is a folder, not a file',
  ENOTDIR: 'Part of the path is not a folder',
  EEXIST: 'That is a file, not a folder',
  ENAMETOOLONG: 'The name is too long',
  ELOOP: 'The symbolic link points to itself',
  EMFILE: 'Too many files are open',
  ENOSPC: 'The disk is full',
  EROFS: 'That disk is read-only',
};

function explainFileError(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const fault = fileFaults[String(error.code)];
  if (fault === undefined) return undefined;
  return 'path' in error ? `${fault}: ${error.path}` : `${fault}.`;
}
