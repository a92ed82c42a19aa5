import { type HttpServer, listen } from '../../../src/web/http/listen.ts';
import { publicApp } from '../../../src/web/public/app.ts';
import { type TestPipeline, testPipeline } from '../pipeline/test-pipeline.ts';

export interface ServedPages extends TestPipeline {
  /** Without a trailing slash; links in mails start with it. */
  readonly url: string;
  /** Errors that were answered with a 5xx. */
  readonly failures: unknown[];
  /** Moves the clock of pages and jobs. */
  moveTo(instant: Date): void;
}

/** The readers' pages on a port, with the pipeline that shares their database and outbox. */
export async function servePages(): Promise<ServedPages> {
  const failures: unknown[] = [];
  const onError = (error: unknown) => void failures.push(error);
  let fetch: Parameters<typeof listen>[0]['fetch'] = () => new Response('not yet', { status: 503 });
  const server: HttpServer = await listen(
    { fetch: (request, env) => fetch(request, env) },
    { port: 0, host: '127.0.0.1', fix: '' },
  );
  const url = server.url.replace(/\/$/, '');
  const pipeline = await testPipeline();
  let shiftMs = pipeline.clock.now().getTime() - Date.now();
  const ctx: TestPipeline = {
    ...pipeline,
    clock: { now: () => new Date(Date.now() + shiftMs) },
    settings: {
      ...pipeline.settings,
      publication: { ...pipeline.settings.publication, publicUrl: url },
    },
  };
  fetch = publicApp(ctx, { onError }).fetch;
  return {
    ...ctx,
    url,
    failures,
    moveTo: (instant) => {
      shiftMs = instant.getTime() - Date.now();
    },
    close: async () => {
      await server.close();
      await pipeline.close();
    },
  };
}
