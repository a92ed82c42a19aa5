import type { Command } from 'commander';
import { serveDesk } from '../../web/desk/serve.ts';
import { parsePort, withWeek } from '../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../run.ts';

export function registerPreview(program: Command, { runCommand }: Runner): void {
  withWeek(program.command('preview'), 'the start page')
    .description('serve the editors’ preview on 127.0.0.1: the coming issue and earlier ones, read-only')
    .option('--port <port>', 'port to listen on, 0 for any free one (default: PREVIEW_PORT)', parsePort)
    .action((options: CommonOptions & { readonly port?: number }) =>
      runCommand(options, async ({ app, out, signal }) => {
        const server = await serveDesk(app, {
          port: options.port ?? app.http.previewPort,
        });
        const url = options.week === undefined ? server.url : `${server.url}issues/${options.week}`;
        out.print(`Preview at ${url} (press Ctrl-C to stop)`);
        out.document({ url });
        if (!signal.aborted)
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        await server.close();
        return exitCodes.done;
      }),
    );
}
