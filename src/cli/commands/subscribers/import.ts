import { addAbortSignal } from 'node:stream';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { isEncoding } from '../../../audience/import-export/decode-text.ts';
import { importSubscribers } from '../../../audience/import-export/import-subscribers.ts';
import { type ImportStanding, importStandings } from '../../../audience/import-export/what-a-row-says.ts';
import { openInput } from '../../input-file.ts';
import { thisUser, withJson } from '../../options.ts';
import type { Output } from '../../output.ts';
import { printImport } from '../../print/subscriber-import.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';

const rowsPerNote = 100_000;

interface Options extends CommonOptions {
  readonly by?: string;
  readonly as?: ImportStanding;
  readonly column?: string;
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function registerSubscriberImport(subscribers: Command, { runCommand }: Runner): void {
  withJson(subscribers.command('import'))
    .description(
      'read a CSV of subscribers, of this program or another tool; they count as confirmed on your word, which is recorded, except where a column says no',
    )
    .argument('<csv>', 'path of the file, or - for stdin')
    .option('--by <name>', 'who vouches that these people agreed (default: your user name)')
    .addOption(
      new Option('--as <standing>', 'what everybody in the file is; needed for a list of people who left')
        .choices(importStandings)
        .default('confirmed'),
    )
    .option('--column <name>', 'the column with the addresses (default: one with a usual name)')
    .option(
      '--delimiter <character>',
      'what separates columns, or "tab" (default: comma, semicolon or tab, by the first line)',
      parseDelimiter,
    )
    .option(
      '--encoding <name>',
      'such as windows-1252 (default: UTF-8, or as its byte order mark says)',
      parseEncoding,
    )
    .option('--dry-run', 'say how the file is understood and what would become of whom; change nothing')
    .option('--yes', 'import it even if it ends more than a tenth of the subscriptions, and at least 50')
    .action((file: string, options: Options) =>
      runCommand(options, async ({ app, out, terminal, signal }) => {
        const { stream, name } = await openInput(file, terminal);
        // The importer reports the abort; an `error` event before it listens would end the process.
        addAbortSignal(signal, stream).on('error', () => {});
        const { as, column, delimiter, encoding } = options;
        const result = await importSubscribers(app.db, stream, {
          ...{ as, column, delimiter, encoding },
          consentSource: `import by ${options.by?.trim() || thisUser()} (${name})`,
          at: app.clock.now(),
          keys: app.keys,
          isDryRun: options.dryRun ?? false,
          mayEndMany: options.yes ?? false,
          onProgress: noteProgress(out),
        });
        if (!result.ok) return { ...result, message: `${file}: ${result.message}` };
        printImport(out, result);
        const { ok, ...document } = result;
        out.document(document);
        return exitCodes.done;
      }),
    );
}

function parseDelimiter(text: string): string {
  const delimiter = /^(tab|\\t)$/i.test(text) ? '\t' : text;
  if (delimiter.length !== 1 || /["\n\r\p{L}\p{N}]/u.test(delimiter))
    throw new InvalidArgumentError('Expected one character, such as ; or |, or the word tab.');
  return delimiter;
}

function parseEncoding(text: string): string {
  if (!isEncoding(text))
    throw new InvalidArgumentError(
      'Expected an encoding that is known, such as utf-8, utf-16le, windows-1252 or shift_jis.',
    );
  return text;
}

function noteProgress(out: Output): (rows: number) => void {
  let noted = 0;
  return (rows) => {
    if (rows - noted < rowsPerNote) return;
    noted = rows;
    out.warn(`Read ${rows} rows …`);
  };
}
