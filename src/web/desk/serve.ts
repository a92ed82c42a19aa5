import type { PipelineContext } from '../../pipeline/context.ts';
import { type HttpServer, listen } from '../http/listen.ts';
import { type DeskOptions, deskApp } from './app.ts';

/**
 * Serves the desk to this machine only.
 *
 * @param options.port 0 for any free one
 * @throws ListenError when the port is in use or not allowed
 */
export function serveDesk(
  ctx: PipelineContext,
  options: DeskOptions & { readonly port: number; readonly fix?: string },
): Promise<HttpServer> {
  const { port, fix = 'choose another with --port' } = options;
  return listen(deskApp(ctx, options), { port, host: '127.0.0.1', fix });
}
