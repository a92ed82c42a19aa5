import type { Command } from 'commander';
import { type Refusal, refuse } from '../../domain/refusal.ts';
import { importComparisons } from '../../pipeline/compose/import-comparisons.ts';
import { type InputFile, openText } from '../input-file.ts';
import { withJson } from '../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../run.ts';

/** A year of comparisons is about 5 MB; a file much larger than this would not fit into memory once parsed. */
const maxBytes = 50 * 1024 * 1024;

export function registerImport(program: Command, { runCommand }: Runner): void {
  withJson(program.command('import'))
    .description('import comparisons from a JSON file: all of them, or none if one has a fault')
    .argument('<file>', 'path of the file, or - for stdin')
    .action((file: string, options: CommonOptions) =>
      runCommand(options, async ({ app, out, terminal }) => {
        const content = await readWhole(await openText(file, terminal));
        if (typeof content !== 'string') return content;
        const result = await importComparisons(app.db, content);
        if (!result.ok) return { ...result, message: `${file}: ${result.message}` };
        const { inserted, updated, unchanged } = result;
        out.print(`Comparisons: ${inserted} inserted, ${updated} updated, ${unchanged} unchanged.`);
        out.document({ inserted, updated, unchanged });
        return exitCodes.done;
      }),
    );
}

const tooLarge = (label: string) =>
  refuse(`${label} is larger than 50 MB, so nothing was imported. Split it into several files.`);

async function readWhole({ stream, bytes, label }: InputFile): Promise<string | Refusal> {
  if (bytes !== null && bytes > maxBytes) {
    stream.destroy();
    return tooLarge(label);
  }
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) return tooLarge(label);
    parts.push(part);
  }
  const content = Buffer.concat(parts).toString('utf8');
  if (content.trim() === '')
    return refuse(`${label} is empty, so nothing was imported. docs/database.md describes the format.`);
  return content;
}
