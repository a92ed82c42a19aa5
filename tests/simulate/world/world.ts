import type { Model } from '../model/model.ts';
import type { Agenda } from './agenda.ts';
import type { Crash } from './crash.ts';
import type { SimulatedDatabase } from './database.ts';
import type { Program } from './program.ts';
import type { Provider } from './provider.ts';
import type { Random } from './random.ts';
import type { Time } from './time.ts';

/** All that players act on. */
export interface World {
  readonly time: Time;
  readonly random: Random;
  readonly agenda: Agenda;
  readonly database: SimulatedDatabase;
  readonly program: Program;
  readonly provider: Provider;
  readonly crash: Crash;
  readonly model: Model;
  readonly sums: { outages: number; clockJumps: number; crashes: number; ticks: number };
  /** Until this true time the program does not run. */
  downUntil: number;
  /** Whether troubles may begin; the last weeks are calm, so that everything can end. */
  isCalm: boolean;
}
