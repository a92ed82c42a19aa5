import { createWriteStream } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { exportSubscribers } from '../../../audience/import-export/export-subscribers.ts';
import { makeFolder } from '../../../db/embedded/data-folder.ts';
import { withJson } from '../../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';

export function registerSubscriberExport(subscribers: Command, { runCommand }: Runner): void {
  const command = withJson(subscribers.command('export'))
    .description('write all subscribers as CSV')
    .option('--out <file>', 'file to write; its folder is created if missing (default: stdout)')
    .action((options: CommonOptions & { readonly out?: string }) => {
      const file = options.out;
      if (file === undefined && options.json === true) {
        command.error('error: --json writes to stdout, so the CSV needs a file: give --out FILE', {
          exitCode: exitCodes.calledWrongly,
        });
      }
      return runCommand(options, async ({ app, out, terminal, signal }) => {
        const rows = Readable.from(exportSubscribers(app.db));
        if (file === undefined) {
          try {
            await pipeline(rows, terminal.stdout, { signal, end: false });
          } catch (error) {
            if (!isOfOutput(error)) throw error;
          }
          return exitCodes.done;
        }
        await makeFolder(resolve(dirname(file)), 0o777);
        await pipeline(rows, createWriteStream(file, { mode: 0o600 }), { signal });
        out.print(`Wrote ${file}.`);
        out.document({ file });
        return exitCodes.done;
      });
    });
}

/** The reader of the pipe closed it, as `head` does once it has its lines; or it cannot be written, which has been said. */
const isOfOutput = (error: unknown) =>
  error instanceof Error &&
  (('code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE') ||
    ('syscall' in error && error.syscall === 'write'));
