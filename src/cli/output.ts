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

/** Shared by all outputs of the process, since they share stdout. */
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

/** A pipe that closes early (`| head -1`) must not stop a send half-way; what is written after that is lost. */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

const write = (stream: NodeJS.WriteStream, line: string) => stream.write(`${line}\n`);

/** Text from a file may contain escape sequences, and a terminal would act on them. */
const printable = (line: string) => line.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');
