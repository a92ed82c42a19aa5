import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Fault, RandomFaults } from '../support/fake-resend/faults.ts';
import type { FakeResendOptions } from '../support/fake-resend/options.ts';

const root = join(import.meta.dirname, '../..');

/** Every kind of trouble that a provider and the way to it can make. */
export const everyFault: readonly Fault[] = [
  'reset-before',
  'reset-after',
  'truncated',
  'hang',
  'hang-after',
  { slowMs: 1_500 },
  { status: 500, accepted: true },
  { status: 500 },
  { status: 503, name: 'service_unavailable' },
  { status: 502, body: '<html><body><h1>502 Bad Gateway</h1></body></html>', accepted: true },
  { status: 429, name: 'rate_limit_exceeded', headers: { 'retry-after': '1' } },
];

export interface Counts {
  readonly requests: number;
  readonly faults: number;
  /** Answered 409: the same key was being used. */
  readonly concurrent: number;
  /** Answered 429. */
  readonly tooMany: number;
  readonly accepted: number;
  readonly recipients: number;
  readonly duplicates: number;
}

/** The fake Resend in a process of its own, which outlives every worker. */
export interface Provider {
  readonly url: string;
  readonly apiKey: string;
  faults(random: RandomFaults | null): Promise<void>;
  counts(): Promise<Counts>;
  /** One entry an accepted email, in the order of acceptance. */
  accepted(): AsyncIterable<{ readonly to: string; readonly key: string | null; readonly at: number }>;
  close(): Promise<void>;
}

export async function startProvider(options: FakeResendOptions): Promise<Provider> {
  const child = spawn(
    process.execPath,
    [
      '--import',
      join(root, 'src/runtime.mjs'),
      join(root, 'tests/support/fake-resend/main.ts'),
      JSON.stringify(options),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, apiKey } = JSON.parse(line.toString()) as { url: string; apiKey: string };
  const get = async (path: string) => fetch(`${url}/_control/${path}`);
  return {
    url,
    apiKey,
    async faults(random) {
      await fetch(`${url}/_control/faults`, {
        method: 'POST',
        body: JSON.stringify(random === null ? {} : { random, path: '/emails' }),
      });
    },
    counts: async () => (await (await get('counts')).json()) as Counts,
    async *accepted() {
      const { body } = await get('accepted');
      if (body === null) return;
      for await (const one of createInterface({ input: Readable.fromWeb(body) })) yield JSON.parse(one);
    },
    async close() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
