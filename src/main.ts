import { startSchedule } from '../jobs/schedule.ts';
import { startWorker } from '../jobs/worker.ts';
import type { App } from './app.ts';
import { describeAlarm } from './domain/sending/alarm.ts';
import { atMost } from './domain/time-limit.ts';
import type { Role } from './env.ts';
import { watchCondition } from './health.ts';
import type { Metrics } from './observe.ts';
import { serveDesk } from './web/desk/serve.ts';
import { healthApp, withHealth } from './web/http/health.ts';
import { ListenError, listen } from './web/http/listen.ts';
import { publicApp } from './web/public/app.ts';

/** Enough for a request in flight to be answered (10 s) and recorded; then the process ends anyway, which is safe. */
const drainMs = 10_500;

type Close = () => Promise<void>;

/** Runs the roles of this process until `signal`, then stops them, after the batches in flight have been recorded. */
export async function runRoles(app: App, metrics: Metrics, signal: AbortSignal): Promise<void> {
  // Throws without a secret, which pages and jobs need: better not to start than to serve a form that fails.
  app.keys.signTime(0);
  const closers: Close[] = [];
  const has = (role: Role) => app.roles.includes(role);
  try {
    closers.push(...(await serve(app, metrics)));
    if (has('worker')) await startWorker(app, signal);
    if (has('scheduler')) closers.push(startSchedule(app));
    app.observe({ kind: 'started', roles: app.roles });
    if (!signal.aborted) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
    app.observe({ kind: 'stopping' });
  } finally {
    await atMost(drainMs, Promise.all([...closers.map((close) => close()), app.queue.stop(drainMs)]));
  }
}

/** The health checks of every process, and what those with the role `web` serve beside them. */
async function serve(app: App, metrics: Metrics): Promise<Close[]> {
  const onError = (error: unknown) => app.observe({ kind: 'failed', what: 'page', error });
  const health = healthOf(app, metrics, onError);
  const { host, port, previewPort } = app.http;
  if (!app.roles.includes('web')) return serveHealth(app, health);

  const onPages = { ...app, ...app.forPages };
  const pages = await listen(withHealth(health, publicApp(onPages, { onError })), {
    port,
    host,
    fix: 'choose another with PORT',
  });
  app.observe({ kind: 'listening', what: 'pages', url: pages.url });
  try {
    const desk = await serveDesk(onPages, {
      port: previewPort,
      onError,
      fix: 'choose another with PREVIEW_PORT',
    });
    app.observe({ kind: 'listening', what: 'preview', url: desk.url });
    return [pages.close, desk.close];
  } catch (error) {
    await pages.close();
    throw error;
  }
}

/** Processes on one machine that all leave PORT as it is do their work all the same; only one of them can be asked. */
async function serveHealth(app: App, health: ReturnType<typeof healthApp>): Promise<Close[]> {
  const { host, port } = app.http;
  try {
    const server = await listen(health, { port, host, fix: 'set PORT to another to ask this process' });
    app.observe({ kind: 'listening', what: 'health', url: server.url });
    return [server.close];
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    app.observe({ kind: 'not-listening', what: 'health', reason: error.message });
    return [];
  }
}

function healthOf(app: App, metrics: Metrics, onError: (error: unknown) => void) {
  const condition = watchCondition(app);
  return healthApp({
    condition: async () => {
      const { problems, alarms } = await condition();
      return { problems, alarms: (alarms ?? []).map(describeAlarm) };
    },
    metrics: async () => metrics.text(await condition()),
    metricsToken: app.http.metricsToken,
    onError,
  });
}
