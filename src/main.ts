import { startSchedule } from '../jobs/schedule.ts';
import { startWorker } from '../jobs/worker.ts';
import type { App } from './app.ts';
import { readOpenSlots } from './db/queries/issue/slots.ts';
import { describeAlarm } from './domain/sending/alarm.ts';
import type { Role } from './env.ts';
import type { Metrics } from './observe.ts';
import { readAlarms } from './pipeline/notify/raise-alarms.ts';
import { serveDesk } from './web/desk/serve.ts';
import { healthApp, withHealth } from './web/http/health.ts';
import { listen } from './web/http/listen.ts';
import { publicApp } from './web/public/app.ts';

/** Enough for a request in flight to be answered (10 s) and recorded; then the process ends anyway, which is safe. */
const drainMs = 12_000;

/** Runs the roles of this process until `signal`, then stops them, after the batches in flight have been recorded. */
export async function runRoles(app: App, metrics: Metrics, signal: AbortSignal): Promise<void> {
  // Throws without a secret, which pages and jobs need: better not to start than to serve a form that fails.
  app.keys.signTime(0);
  const closers: (() => Promise<void>)[] = [];
  const has = (role: Role) => app.roles.includes(role);
  try {
    if (has('web')) closers.push(...(await startWeb(app, metrics)));
    if (has('worker')) await startWorker(app, signal);
    if (has('scheduler')) closers.push(startSchedule(app));
    app.observe({ kind: 'started', roles: app.roles });
    if (!signal.aborted) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
    app.observe({ kind: 'stopping' });
  } finally {
    await Promise.all([...closers.map((close) => close()), app.queue.stop(drainMs)]);
  }
}

async function startWeb(app: App, metrics: Metrics): Promise<(() => Promise<void>)[]> {
  const onPages = { ...app, ...app.forPages };
  const onError = (error: unknown) => app.observe({ kind: 'failed', what: 'page', error });
  const { host, port, previewPort, metricsToken } = app.http;
  const health = healthApp({
    problems: app.problems,
    alarms: async () => (await readAlarms(app)).map(describeAlarm),
    metrics: async () => {
      const figures = { openSlotAgeSeconds: await openSlotAgeSeconds(app), alarms: await readAlarms(app) };
      return metrics.text(figures);
    },
    metricsToken,
    onError,
  });
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

async function openSlotAgeSeconds(app: App): Promise<number> {
  const now = app.clock.now();
  const [oldest] = (await readOpenSlots(app.db)).filter(({ slot }) => slot <= now);
  return oldest === undefined ? 0 : (now.getTime() - oldest.slot.getTime()) / 1_000;
}
