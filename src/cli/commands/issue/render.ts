import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { makeFolder } from '../../../db/embedded/data-folder.ts';
import { readerEmail } from '../../../pipeline/compose/reader-email.ts';
import { withWeek } from '../../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';
import { comingWeek } from '../../which-issue.ts';

type RenderOptions = CommonOptions & { readonly out: string; readonly reader?: string };

export function registerRender(program: Command, { runCommand }: Runner): void {
  withWeek(program.command('render'))
    .description('write issue.html, issue.txt and issue.json as one reader would get them')
    .requiredOption('--out <dir>', 'folder to write to; created if missing')
    .option(
      '--reader <email>',
      'the subscriber to render for, with their own links (default: a sample reader)',
    )
    .action((options: RenderOptions) =>
      runCommand(
        options,
        async ({ app, out, week }) => {
          const result = await readerEmail(app, week, options.reader ?? null);
          if (!result.ok) return result;
          const { email, content, sha256 } = result;
          await makeFolder(resolve(options.out), 0o777);
          const files = {
            'issue.html': email.html,
            'issue.txt': email.text,
            'issue.json': `${JSON.stringify({ week, sha256, subject: email.subject, from: email.from, replyTo: email.replyTo, headers: email.headers, content }, null, 2)}\n`,
          };
          for (const [name, data] of Object.entries(files)) await writeFile(join(options.out, name), data);
          const bytes = Buffer.byteLength(email.html);
          out.print(`Wrote ${Object.keys(files).join(', ')} to ${options.out} (html: ${bytes} bytes).`);
          out.document({
            week,
            files: Object.keys(files).map((name) => join(options.out, name)),
            htmlBytes: bytes,
            sha256,
          });
          return exitCodes.done;
        },
        comingWeek,
      ),
    );
}
