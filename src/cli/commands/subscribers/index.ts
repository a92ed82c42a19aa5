import type { Command } from 'commander';
import type { Runner } from '../../run.ts';
import { registerSubscriberErase } from './erase.ts';
import { registerSubscriberExport } from './export.ts';
import { registerSubscriberImport } from './import.ts';
import { registerSubscriberShow } from './show.ts';
import { registerSubscriberSuppress } from './suppress.ts';
import { registerSubscriberUnsuppress } from './unsuppress.ts';

/** The group `subscribers` and its commands. */
export function registerSubscribers(program: Command, runner: Runner): void {
  const subscribers = program.command('subscribers').description('manage the audience');
  registerSubscriberImport(subscribers, runner);
  registerSubscriberExport(subscribers, runner);
  registerSubscriberShow(subscribers, runner);
  registerSubscriberSuppress(subscribers, runner);
  registerSubscriberUnsuppress(subscribers, runner);
  registerSubscriberErase(subscribers, runner);
}
