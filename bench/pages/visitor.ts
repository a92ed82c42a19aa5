import { answerParent } from '../child.ts';
import { drive } from '../http/drive.ts';

export interface Visit {
  readonly connections: number;
  readonly seconds: number;
}

/** Asks for one URL for so long, over so many connections. */
answerParent(async (url: string, { connections, seconds }: Visit) => {
  const until = performance.now() + seconds * 1_000;
  return drive(() => (performance.now() < until ? { url, options: {} } : null), connections);
});
