import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { RandomFaults } from './faults.ts';
import type { FakeResendOptions } from './options.ts';
import type { Accepted } from './types.ts';

export interface Counts {
  readonly requests: number;
  readonly faults: number;
  /** Answered 409: another request with the same key was in progress. */
  readonly concurrent: number;
  /** Answered 429. */
  readonly tooMany: number;
  readonly accepted: number;
  readonly recipients: number;
  readonly duplicates: number;
}

/** The fake Resend in a process of its own, so that its work does not slow down the caller. */
export interface FakeResendProcess {
  readonly url: string;
  readonly apiKey: string;
  /** Requests fail at random from now on; null: none does. */
  setFaults(random: RandomFaults | null): Promise<void>;
  counts(): Promise<Counts>;
  /** In the order of acceptance. */
  accepted(): AsyncIterable<Omit<Accepted, 'email'>>;
  close(): Promise<void>;
}

const folder = import.meta.dirname;

export async function startFakeResendProcess(options: FakeResendOptions): Promise<FakeResendProcess> {
  const child = spawn(
    process.execPath,
    ['--import', join(folder, '../../../src/runtime.mjs'), join(folder, 'main.ts'), JSON.stringify(options)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, apiKey } = JSON.parse(line.toString()) as { url: string; apiKey: string };
  const get = async (path: string) => fetch(`${url}/_control/${path}`);
  return {
    url,
    apiKey,
    async setFaults(random) {
      await fetch(`${url}/_control/faults`, {
        method: 'POST',
        body: JSON.stringify(random === null ? {} : { random, path: '/emails' }),
      });
    },
    counts: async () => (await (await get('counts')).json()) as Counts,
    async *accepted() {
      const { body } = await get('accepted');
      if (body === null) return;
      for await (const json of createInterface({ input: Readable.fromWeb(body) })) yield JSON.parse(json);
    },
    async close() {
      child.kill('SIGTERM');
      const [code] = await once(child, 'exit');
      if (code !== 0) throw new Error(`the fake Resend ended with ${code}`);
    },
  };
}
