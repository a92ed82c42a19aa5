import type { Command } from 'commander';
import type { Runner } from '../../run.ts';
import { registerSubscriberCount } from './count.ts';
import { registerSubscriberErase } from './erase.ts';
import { registerSubscriberExport } from './export.ts';
import { registerSubscriberImport } from './import.ts';
import { registerSubscriberList } from './list.ts';
import { registerSubscriberShow } from './show.ts';
import { registerSubscriberSuppress } from './suppress.ts';
import { registerSubscriberUnsubscribe } from './unsubscribe.ts';
import { registerSubscriberUnsuppress } from './unsuppress.ts';

/** The group `subscribers` and its commands. */
export function registerSubscribers(program: Command, runner: Runner): void {
  const subscribers = program.command('subscribers').description('manage the audience');
  registerSubscriberImport(subscribers, runner);
  registerSubscriberExport(subscribers, runner);
  registerSubscriberCount(subscribers, runner);
  registerSubscriberList(subscribers, runner);
  registerSubscriberShow(subscribers, runner);
  registerSubscriberUnsubscribe(subscribers, runner);
  registerSubscriberSuppress(subscribers, runner);
  registerSubscriberUnsuppress(subscribers, runner);
  registerSubscriberErase(subscribers, runner);
}
