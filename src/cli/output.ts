import type { Writable } from 'node:stream';
import type { Terminal } from './terminal.ts';

/** What a command writes: lines for people on stdout, or with --json one document there and the lines on stderr. */
export interface Output {
  readonly json: boolean;
  /** A line for people; on stderr with --json. */
  print(line: string): void;
  /** A warning or a failure, always on stderr. */
  warn(line: string): void;
  /** The document of --json. Only the first is written; without --json none is. */
  document(value: object): void;
}

/** The outputs of a terminal share its stdout: only one of them writes a document. */
export function outputsOf(terminal: Terminal): (json: boolean) => Output {
  let documentWritten = false;
  return (json) => ({
    json,
    print: (line) => write(json ? terminal.stderr : terminal.stdout, printable(line)),
    warn: (line) => write(terminal.stderr, printable(line)),
    document: (value) => {
      if (json && !documentWritten) write(terminal.stdout, JSON.stringify(value, null, 2));
      documentWritten = true;
    },
  });
}

const write = (stream: Writable, line: string) => stream.write(`${line}\n`);

/** Text from a file may contain escape sequences, and a terminal would act on them. */
const printable = (line: string) => line.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');
