import type { Command } from 'commander';
import { registerSubscriberErase } from './erase.ts';
import { registerSubscriberExport } from './export.ts';
import { registerSubscriberImport } from './import.ts';
import { registerSubscriberShow } from './show.ts';
import { registerSubscriberSuppress } from './suppress.ts';

/** The group `subscribers` and its commands. */
export function registerSubscribers(program: Command): void {
  const subscribers = program.command('subscribers').description('manage the audience');
  registerSubscriberImport(subscribers);
  registerSubscriberExport(subscribers);
  registerSubscriberShow(subscribers);
  registerSubscriberSuppress(subscribers);
  registerSubscriberErase(subscribers);
}
