import { timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

export interface Health {
  /** What keeps the service from working, in plain words; empty when it is ready. */
  readonly problems: () => Promise<readonly string[]>;
  /** What should have happened and has not, a sentence each; it does not make the service unready. */
  readonly alarms: () => Promise<readonly string[]>;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
  /** Lets a scraper beyond this machine in. */
  readonly metricsToken: string | null;
  readonly onError: (error: unknown) => void;
}

/** `/healthz` alive, `/readyz` able to work, `/metrics` for loopback or the token only. */
export function healthApp(health: Health): Hono {
  const app = new Hono();
  app.use(secureHeaders());
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', async (c) => {
    const problems = await health.problems();
    if (problems.length > 0) return c.json({ ready: false, problems, alarms: [] }, 503);
    return c.json({ ready: true, problems, alarms: await health.alarms() });
  });
  app.get('/metrics', async (c) => {
    const allowed =
      isLoopback(getConnInfo(c).remote.address) ||
      isToken(c.req.header('authorization'), health.metricsToken);
    if (!allowed)
      return c.text('The metrics are for this machine, or with METRICS_TOKEN as bearer token.\n', 403);
    return c.text(await health.metrics());
  });
  app.notFound((c) => c.text('There is nothing here.\n', 404));
  app.onError((error, c) => {
    health.onError(error);
    return c.text('Something failed; the log says what.\n', 500);
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
