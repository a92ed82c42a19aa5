import { addAbortSignal } from 'node:stream';
import type { Command } from 'commander';
import {
  importSubscribers,
  type SubscriberImport,
} from '../../../audience/import-export/import-subscribers.ts';
import { counted } from '../../../domain/text.ts';
import { openInput } from '../../input-file.ts';
import { thisUser, withJson } from '../../options.ts';
import type { Output } from '../../output.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';

/** Lines of the file that are listed for one reason; the others are only counted. */
const maxListed = 20;

const rowsPerNote = 100_000;

export function registerSubscriberImport(subscribers: Command, { runCommand }: Runner): void {
  withJson(subscribers.command('import'))
    .description(
      'add the addresses in the column "email" of a CSV file; they count as confirmed on your word, which is recorded',
    )
    .argument('<csv>', 'path of the file, or - for stdin')
    .option('--by <name>', 'who vouches that these people agreed (default: your user name)')
    .action((file: string, options: CommonOptions & { readonly by?: string }) =>
      runCommand(options, async ({ app, out, terminal, signal }) => {
        const { stream, name } = await openInput(file, terminal);
        // The importer reports the abort; an `error` event before it listens would end the process.
        addAbortSignal(signal, stream).on('error', () => {});
        const result = await importSubscribers(app.db, stream, {
          consentSource: `import by ${options.by?.trim() || thisUser()} (${name})`,
          at: app.clock.now(),
          keys: app.keys,
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

function noteProgress(out: Output): (rows: number) => void {
  let noted = 0;
  return (rows) => {
    if (rows - noted < rowsPerNote) return;
    noted = rows;
    out.warn(`Read ${rows} rows …`);
  };
}

function printImport(out: Output, report: SubscriberImport): void {
  const { added, unchanged, unsubscribed, suppressed } = report;
  out.print(`Read ${counted(report.rows, 'row')}: ${added} added, ${unchanged} already confirmed.`);
  if (unsubscribed > 0) out.print(`Not added because they unsubscribed earlier: ${unsubscribed}.`);
  if (suppressed > 0) out.print(`Not added because they are suppressed: ${suppressed}.`);
  if (report.hashes > 0)
    out.print(`Known by a keyed hash only, and never added by an import: ${report.hashes}.`);
  warnOfOtherSecret(out, report.otherSecret);
  printLines(
    out,
    `Ignored ${counted(report.duplicates, 'duplicate row')}`,
    report.duplicates,
    report.duplicateLines.map(({ line, firstLine }) => `line ${line} repeats line ${firstLine}`),
  );
  printLines(
    out,
    `Left out ${counted(report.invalid, 'row')}`,
    report.invalid,
    report.invalidLines.map(({ line, fault }) => `line ${line}: ${fault}`),
  );
}

function warnOfOtherSecret(out: Output, { inFile, stored }: SubscriberImport['otherSecret']): void {
  if (inFile > 0)
    out.warn(
      `Left out ${counted(inFile, 'keyed hash', 'keyed hashes')} that another APP_SECRET made: these people cannot be recognised here.`,
    );
  if (stored > 0)
    out.warn(
      `${counted(stored, 'person', 'people')} who left or were erased cannot be recognised, because APP_SECRET has changed. If this file lists them, they were added.`,
    );
}

function printLines(out: Output, heading: string, total: number, lines: readonly string[]): void {
  if (total === 0) return;
  const listed = lines.slice(0, maxListed);
  out.print(`${heading}:`);
  for (const line of listed) out.print(`  ${line}`);
  if (total > listed.length) out.print(`  … and ${total - listed.length} more`);
}
