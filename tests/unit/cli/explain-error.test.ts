import { describe, expect, it } from 'vitest';
import { explainError } from '../../../src/cli/explain-error.ts';
import { EmbeddedDatabaseError } from '../../../src/db/embedded/data-folder.ts';

const withCode = (message: string, fields: object) => Object.assign(new Error(message), fields);

describe('the message for a failed command', () => {
  it('contains no address, token or password', () => {
    const message = explainError(
      new Error('reader ada@secret.example Zx9_-aBcDeFgHiJkLmNoPq at postgres://verdicts:hush@db/verdicts'),
    );
    expect(message).toMatch(
      /^Unexpected failure: reader \[address\] \[token\] at postgres:\/\/\[credentials\]@db\/verdicts\n/,
    );
  });

  it('names the innermost cause, without the parameters of the query around it', () => {
    const query = new Error('Failed query: select … params: ada@secret.example', {
      cause: new Error('the disk is on fire\n    at somewhere'),
    });
    expect(explainError(query)).toMatch(/^Unexpected failure: the disk is on fire\n/);
  });

  it('names the table of a refused statement, not the rows in it', () => {
    const refused = withCode('invalid input syntax: "ada@secret.example"', {
      ...{ code: '22P02', severity: 'ERROR', table: 'subscribers', detail: 'Key (ada@secret.example)' },
    });
    expect(explainError(refused)).toMatch(/SQLSTATE 22P02; subscribers/);
    expect(explainError(refused)).not.toContain('secret');
  });

  it.each([
    [withCode('connect', { code: 'ECONNREFUSED' }), /nothing answers at its address/],
    [withCode('denied', { code: '28P01', severity: 'FATAL' }), /rejects the user name or the password/],
    [withCode('gone', { code: '3D000', severity: 'FATAL' }), /no database of that name/],
    [new Error('timeout expired'), /does not answer in time/],
    [new Error('Connection terminated unexpectedly'), /perhaps it is not PostgreSQL/],
    [new Error('The server does not support SSL connections'), /does not offer TLS/],
    [new AggregateError([withCode('connect', { code: 'ENOTFOUND' })]), /host name does not exist/],
  ])('says what is wrong with the database: %s', (error, says) => {
    expect(explainError(error)).toMatch(/^The database cannot be used: .*DATABASE_URL/);
    expect(explainError(error)).toMatch(says);
  });

  it('names DATA_DIR and its free space when the embedded database has none, never a DATABASE_URL that is not set', () => {
    const place = { DATA_DIR: '/tmp', DATABASE_URL: undefined };
    const full = withCode('could not extend file', { code: '53100', severity: 'ERROR' });
    const cannotStart = new EmbeddedDatabaseError('initdb: No space left on device: set DATABASE_URL to …');
    const write = withCode('no space left on device, write', { code: 'ENOSPC' });
    for (const error of [full, cannotStart])
      expect(explainError(error, place)).toMatch(/^The disk is full: DATA_DIR \(\/tmp\) has \d+ MB free\./);
    expect(explainError(write, place)).toMatch(
      /^The disk is full: that of DATA_DIR \(\/tmp\), which has \d+ MB free, or that of the file/,
    );
    for (const error of [full, cannotStart, write])
      expect(explainError(error, place)).not.toContain('DATABASE_URL');
    const gone = withCode('connect', { code: 'ECONNREFUSED' });
    expect(explainError(gone, place)).toMatch(
      /^The embedded database cannot be used: .*\/tmp\/postgres\.log says why/,
    );
    expect(explainError(full, { ...place, DATABASE_URL: 'postgres://db/x' })).toMatch(
      /Free some space on the server/,
    );
  });

  it('names the file that cannot be read', () => {
    expect(explainError(withCode('x', { code: 'EACCES', path: '/etc/shadow' }))).toBe(
      'This user has no permission to read or write there: /etc/shadow',
    );
  });
});
