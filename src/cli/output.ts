/** Where a command speaks: people read stdout, or with --json one document there and all else on stderr. */
export interface Output {
  readonly json: boolean;
  /** For people; on stderr under --json. */
  print(line: string): void;
  /** Something to look at, always on stderr. */
  warn(line: string): void;
  /** The one document of --json, the first that is given; without --json nothing. */
  document(value: object): void;
}

/** One for the whole process, since stdout is one. */
let documentWritten = false;

export function terminalOutput(json: boolean): Output {
  return {
    json,
    print: (line) => write(json ? process.stderr : process.stdout, printable(line)),
    warn: (line) => write(process.stderr, printable(line)),
    document: (value) => {
      if (json && !documentWritten) write(process.stdout, JSON.stringify(value, null, 2));
      documentWritten = true;
    },
  };
}

/** A reader who has seen enough (`| head -1`) must not end a send half-way: what is said after that is lost. */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

const write = (stream: NodeJS.WriteStream, line: string) => stream.write(`${line}\n`);

/** Text from a file may hold escape sequences, which a terminal would obey. */
const printable = (line: string) => line.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');
