import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { eraseByHand } from '../../../audience/data/erase.ts';
import { exportSubscribers } from '../../../audience/import-export/export-subscribers.ts';
import {
  importSubscribers,
  type SubscriberImport,
} from '../../../audience/import-export/import-subscribers.ts';
import { suppressByHand } from '../../../audience/suppression/suppress.ts';
import { readSubscriberHistory } from '../../../db/queries/audience/subscriber-history.ts';
import { parseEmailAddress } from '../../../domain/audience/email-address.ts';
import { refuse } from '../../../domain/refusal.ts';
import { openInput } from '../../input-file.ts';
import { thisUser, withJson } from '../../options.ts';
import type { Output } from '../../output.ts';
import { printSubscriberHistory } from '../../print/subscriber-history.ts';
import { type CommonOptions, exitCodes, runCommand, UsageError } from '../../run.ts';

export function registerSubscribers(program: Command): void {
  const subscribers = program.command('subscribers').description('the audience, by hand');
  registerSubscriberImport(subscribers);
  registerSubscriberExport(subscribers);
  registerSubscriberShow(subscribers);
  registerSubscriberSuppress(subscribers);
  registerSubscriberErase(subscribers);
}

function registerSubscriberImport(subscribers: Command): void {
  withJson(subscribers.command('import'))
    .description('CSV with a column "email": rows become confirmed by your word, which is kept')
    .argument('<csv>', 'path of the file, or - for stdin')
    .option('--by <name>', 'who says that these people agreed (default: the user at this machine)')
    .action((file: string, options: CommonOptions & { readonly by?: string }) =>
      runCommand(options, async ({ app, out, signal }) => {
        const { stream, name } = await openInput(file);
        // The importer hears of it in any case; without a listener of our own it might come before theirs.
        addAbortSignal(signal, stream).on('error', () => {});
        const result = await importSubscribers(app.db, stream, {
          consentSource: `import by ${options.by?.trim() || thisUser()} (${name})`,
          at: app.clock.now(),
          keys: app.keys,
          onProgress: everyHundredThousand(out),
        });
        if (!result.ok) return { ...result, message: `${file}: ${result.message}` };
        printImport(out, result);
        const { ok, ...document } = result;
        out.document(document);
        return exitCodes.done;
      }),
    );
}

function registerSubscriberExport(subscribers: Command): void {
  const command = withJson(subscribers.command('export'))
    .description('all subscribers as CSV')
    .option('--out <file>', 'file to write; its folder is made if missing (default: stdout)')
    .action((options: CommonOptions & { readonly out?: string }) => {
      const file = options.out;
      if (file === undefined && options.json === true) {
        command.error('error: with --json the CSV needs a file of its own: give --out FILE', {
          exitCode: exitCodes.calledWrongly,
        });
      }
      return runCommand(options, async ({ app, out, signal }) => {
        const rows = Readable.from(exportSubscribers(app.db));
        if (file === undefined) {
          await pipeline(rows, process.stdout, { signal, end: false }).catch(ignoreClosedPipe);
          return exitCodes.done;
        }
        await mkdir(dirname(file), { recursive: true });
        await pipeline(rows, createWriteStream(file, { mode: 0o600 }), { signal });
        out.print(`Wrote ${file}.`);
        out.document({ file });
        return exitCodes.done;
      });
    });
}

function registerSubscriberShow(subscribers: Command): void {
  withJson(subscribers.command('show'))
    .description('one person’s whole story: consent, status, each issue and why not')
    .argument('<email>')
    .action((email: string, options: CommonOptions) =>
      runCommand(options, async ({ app, out }) => {
        const story = await readSubscriberHistory(app.db, email);
        if (story === null) return refuse('Nobody is known by that address.');
        printSubscriberHistory(out, story);
        out.document(story);
        return exitCodes.done;
      }),
    );
}

/** Whoever read the rows had enough of them. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}

function registerSubscriberSuppress(subscribers: Command): void {
  withJson(subscribers.command('suppress'))
    .description('never mail this address again, from the next claim on')
    .argument('<email>')
    .option('--reason <text>', 'why; kept', 'by hand')
    .action((email: string, options: CommonOptions & { readonly reason: string }) =>
      runCommand(options, async ({ app, out }) => {
        const address = parseEmailAddress(email);
        if (typeof address !== 'string')
          throw new UsageError(`That is no usable address (${address.fault}).`);
        await suppressByHand(app.db, address, options.reason);
        out.print('Suppressed.');
        out.document({ suppressed: true });
        return exitCodes.done;
      }),
    );
}

function registerSubscriberErase(subscribers: Command): void {
  withJson(subscribers.command('erase'))
    .description('take a person out of every table; a keyed hash stays, so that no import brings them back')
    .argument('<email>')
    .action((email: string, options: CommonOptions) =>
      runCommand(options, async ({ app, out }) => {
        const erasure = await eraseByHand(app, email);
        if (erasure.kind === 'unknown') return refuse('Nobody is known by that address.');
        if (erasure.kind === 'erased') out.print('Erased.');
        else
          out.print(
            `Unsubscribed, not erased yet: the batch with that address is open in ${erasure.weeks.join(', ')}. ` +
              'It is erased by itself once that is through, while npm start runs, or run this again.',
          );
        out.document(erasure);
        return erasure.kind === 'erased' ? exitCodes.done : exitCodes.waitsForPerson;
      }),
    );
}

function everyHundredThousand(out: Output): (rows: number) => void {
  let shown = 0;
  return (rows) => {
    if (rows - shown < 100_000) return;
    shown = rows;
    out.warn(`Read ${rows} rows …`);
  };
}

function printImport(out: Output, report: SubscriberImport): void {
  out.print(`Read ${report.rows} row(s): ${report.added} added, ${report.unchanged} confirmed already.`);
  if (report.unsubscribed > 0) out.print(`${report.unsubscribed} unsubscribed before and were left alone.`);
  if (report.suppressed > 0) out.print(`${report.suppressed} are suppressed and were left alone.`);
  if (report.duplicates > 0) out.print(`${report.duplicates} duplicate row(s) were ignored:`);
  for (const { line, firstLine } of report.duplicateLines.slice(0, 20))
    out.print(`  line ${line} repeats line ${firstLine}`);
  if (report.invalid > 0) out.print(`${report.invalid} row(s) hold no usable address and were left out:`);
  for (const { line, fault } of report.invalidLines.slice(0, 20)) out.print(`  line ${line}: ${fault}`);
}
