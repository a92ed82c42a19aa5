import { statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import { SchemaAheadError, SchemaBehindError } from '../app.ts';
import { EmbeddedDatabaseError } from '../db/embedded/data-folder.ts';
import { MissingSecretError } from '../domain/audience/keys.ts';
import { describeError, rootCause } from '../domain/redact.ts';
import { type Env, EnvironmentError } from '../env.ts';
import { ListenError } from '../web/http/listen.ts';
import { explainDatabaseError } from './explain-database-error.ts';
import { InputFileError } from './input-file.ts';

/** The settings that say where the data is. */
export type Place = Pick<Env, 'DATA_DIR'> & { readonly DATABASE_URL?: string | undefined };

/** The message for a failed command: what, where and what to do in one or two lines, never a stack trace. */
export function explainError(error: unknown, place?: Place): string {
  if (
    error instanceof EmbeddedDatabaseError &&
    /ENOSPC|No space left/.test(error.message) &&
    place !== undefined
  )
    return diskFull(place);
  if (
    error instanceof EnvironmentError ||
    error instanceof SchemaBehindError ||
    error instanceof SchemaAheadError ||
    error instanceof InputFileError ||
    error instanceof EmbeddedDatabaseError ||
    error instanceof ListenError ||
    error instanceof MissingSecretError
  ) {
    return error.message.replace(/^[a-z]/, (letter) => letter.toUpperCase());
  }
  const cause = rootCause(error);
  const isEmbedded = place !== undefined && place.DATABASE_URL === undefined;
  if (isEmbedded && isDiskFull(cause)) return diskFull(place);
  const database = explainDatabaseError(cause, isEmbedded ? embeddedHelp(place) : undefined);
  if (database !== undefined) return database;
  const file = explainFileError(cause, place);
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

function explainFileError(error: unknown, place: Place | undefined): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const fault = fileFaults[String(error.code)];
  if (fault === undefined) return undefined;
  if ('path' in error) return `${fault}: ${error.path}`;
  return error.code === 'ENOSPC' && place !== undefined ? someDiskFull(place) : `${fault}.`;
}

/** As PostgreSQL says it. */
const isDiskFull = (error: unknown) => error instanceof Error && 'code' in error && error.code === '53100';

function diskFull({ DATA_DIR }: Place): string {
  const folder = resolve(DATA_DIR);
  return `The disk is full: DATA_DIR (${folder}) has ${freeSpace(folder)}. Free some space there and run the command again. Nothing was left half done.`;
}

/** An error of writing names no file, so the disk may be another. */
function someDiskFull({ DATA_DIR }: Place): string {
  const folder = resolve(DATA_DIR);
  return `The disk is full: that of DATA_DIR (${folder}), which has ${freeSpace(folder)}, or that of the file you are writing. Free some space there and run the command again.`;
}

function freeSpace(folder: string): string {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return `${Math.floor((bavail * bsize) / 1024 / 1024)} MB free`;
  } catch {
    return 'no space that can be measured';
  }
}

const embeddedHelp = ({ DATA_DIR }: Place) =>
  `Run the command again. If it fails again, ${resolve(DATA_DIR, 'postgres.log')} says why.`;
