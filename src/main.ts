import { startSchedule } from '../jobs/schedule.ts';
import { startWorker } from '../jobs/worker.ts';
import type { App } from './app.ts';
import { openSlots } from './db/queries/issue/slots.ts';
import { sayAlarm } from './domain/sending/alarm.ts';
import type { Role } from './env.ts';
import { countEvents } from './observe.ts';
import { readAlarms } from './pipeline/notify/raise-alarms.ts';
import { servePreview } from './web/desk/serve.ts';
import { healthApp } from './web/health.ts';
import { listen } from './web/listen.ts';
import { publicApp } from './web/public/app.ts';
import { site } from './web/site.ts';

/** Time for a batch in hand to be answered (10 s) and booked; then the process ends anyway, which is safe too. */
const drainMs = 12_000;

/** Starts the roles of this process and runs until `signal`, then drains: no batch in hand is dropped. */
export async function runRoles(app: App, signal: AbortSignal): Promise<void> {
  // Pages and jobs cannot do without: better no start than a form that fails.
  app.keys.sealMoment(0);
  const { observe, metrics } = countEvents({
    openSlotAgeSeconds: () => openSlotAgeSeconds(app),
    alarms: () => readAlarms(app),
  });
  const ctx = {
    ...app,
    observe: (event: Parameters<typeof observe>[0]) => {
      app.observe(event);
      observe(event);
    },
  };
  const closers: (() => Promise<void>)[] = [];
  const has = (role: Role) => app.roles.includes(role);
  try {
    if (has('web')) closers.push(...(await startWeb(ctx, metrics.text)));
    if (has('worker')) await startWorker(ctx, signal);
    if (has('scheduler')) closers.push(startSchedule(ctx));
    ctx.observe({ kind: 'started', roles: app.roles });
    if (!signal.aborted) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
    ctx.observe({ kind: 'stopping' });
  } finally {
    await Promise.all([...closers.map((close) => close()), app.queue.stop(drainMs)]);
  }
}

async function startWeb(ctx: App, metrics: () => Promise<string>): Promise<(() => Promise<void>)[]> {
  const onError = (error: unknown) => ctx.observe({ kind: 'failed', what: 'page', error });
  const { host, port, previewPort, metricsToken } = ctx.http;
  const health = healthApp({
    problems: ctx.problems,
    alarms: async () => (await readAlarms(ctx)).map(sayAlarm),
    metrics,
    metricsToken,
    onError,
  });
  const pages = await listen(site(health, publicApp(ctx, { onError })), {
    port,
    host,
    fix: 'choose another with PORT',
  });
  ctx.observe({ kind: 'listening', what: 'pages', url: pages.url });
  try {
    const preview = await servePreview(ctx, {
      port: previewPort,
      onError,
      fix: 'choose another with PREVIEW_PORT',
    });
    ctx.observe({ kind: 'listening', what: 'preview', url: preview.url });
    return [pages.close, preview.close];
  } catch (error) {
    await pages.close();
    throw error;
  }
}

async function openSlotAgeSeconds(app: App): Promise<number> {
  const now = app.clock.now();
  const [oldest] = await openSlots(app.db, now);
  return oldest === undefined ? 0 : (now.getTime() - oldest.slot.getTime()) / 1_000;
}
