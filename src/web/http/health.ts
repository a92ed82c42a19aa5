import { timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

export interface Health {
  readonly condition: () => Promise<{
    /** Why the process cannot work, in plain words; empty when it is ready. */
    readonly problems: readonly string[];
    /** What should have happened and has not, one sentence each. Alarms do not make a process unready. */
    readonly alarms: readonly string[];
  }>;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
  /** Lets a scraper on another machine in. */
  readonly metricsToken: string | null;
  readonly onError: (error: unknown) => void;
}

/** Anything that answers requests; a Hono app is one. */
interface Fetcher {
  readonly fetch: (request: Request, env?: unknown) => Response | Promise<Response>;
}

const healthPaths = new Set(['/healthz', '/readyz', '/metrics']);

/** The health checks and the readers' pages on one port. */
export function withHealth(health: Fetcher, pages: Fetcher): Fetcher {
  return {
    fetch: (request, env) =>
      (healthPaths.has(new URL(request.url).pathname) ? health : pages).fetch(request, env),
  };
}

/** `/healthz`: the process is alive. `/readyz`: it can work. `/metrics`: for this machine, or with the token. */
export function healthApp(health: Health): Hono {
  const app = new Hono();
  app.use(secureHeaders());
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', async (c) => {
    const { problems, alarms } = await health.condition();
    const ready = problems.length === 0;
    return c.json({ ready, problems, alarms }, ready ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    const allowed =
      isLoopback(getConnInfo(c).remote.address) ||
      isToken(c.req.header('authorization'), health.metricsToken);
    if (!allowed)
      return c.text(
        'Metrics are open to this machine only. From another one, send METRICS_TOKEN as a bearer token.\n',
        403,
      );
    return c.text(await health.metrics());
  });
  app.notFound((c) => c.text('Not found.\n', 404));
  app.onError((error, c) => {
    health.onError(error);
    return c.text('Something went wrong. See the log.\n', 500);
  });
  return app;
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(127\.|::1$|::ffff:127\.)/.test(address);
}

function isToken(header: string | undefined, token: string | null): boolean {
  if (header === undefined || token === null) return false;
  const [given, wanted] = [Buffer.from(header), Buffer.from(`Bearer ${token}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
