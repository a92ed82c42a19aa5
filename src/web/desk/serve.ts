import type { PipelineContext } from '../../pipeline/context.ts';
import { type HttpServer, listen } from '../listen.ts';
import { type PreviewOptions, previewApp } from './app.ts';

/**
 * Serves the preview to this machine alone.
 *
 * @param options.port 0 takes any free one
 * @throws PortError when the port is taken or not allowed
 */
export function servePreview(
  ctx: PipelineContext,
  options: PreviewOptions & {
    readonly port: number;
    readonly host?: '127.0.0.1' | '::1';
    readonly fix?: string;
  },
): Promise<HttpServer> {
  const { port, host = '127.0.0.1', fix = 'choose another with --port' } = options;
  return listen(previewApp(ctx, options), { port, host, fix });
}
