import { numbers } from '../numbers.ts';
import type { ApiRequest } from './types.ts';

/** What goes wrong with a request; with `after` or `accepted` it is carried out all the same. */
export type Fault =
  | 'reset-before'
  | 'reset-after'
  | 'hang'
  | 'hang-after'
  | 'truncated'
  | { readonly slowMs: number }
  | {
      readonly status: number;
      readonly name?: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** In place of the API's JSON: a proxy's page, or anything else. */
      readonly body?: string;
      readonly accepted?: boolean;
    };

export const internalError: Fault = {
  status: 500,
  name: 'application_error',
  message: 'Something went wrong.',
};
export const unavailable: Fault = { status: 503, name: 'service_unavailable', message: 'Try again later.' };
export const badGateway: Fault = { status: 502, body: '<html><body><h1>502 Bad Gateway</h1></body></html>' };
export const tooFast: Fault = {
  status: 429,
  name: 'rate_limit_exceeded',
  message: 'Too many requests.',
  headers: { 'retry-after': '1' },
};

export interface RandomFaults {
  readonly seed: number;
  /** Of a request to be hit, from 0 to 1. */
  readonly probability: number;
  readonly among: readonly Fault[];
}

/** Decides what goes wrong: first the script, one entry a request (null: nothing), then chance. */
export class Faults {
  #script: (Fault | null)[] = [];
  #random: (() => Fault | null) | null = null;
  #path = '/emails';

  /** Requests whose path begins with `path`, one after the other. */
  script(faults: readonly (Fault | null)[], path = '/emails'): void {
    this.#script = [...faults];
    this.#path = path;
  }

  random({ seed, probability, among }: RandomFaults, path = '/emails'): void {
    const next = numbers(seed);
    this.#random = () => (next() < probability ? (among[Math.floor(next() * among.length)] ?? null) : null);
    this.#path = path;
  }

  clear(): void {
    this.#script = [];
    this.#random = null;
  }

  next({ path }: ApiRequest): Fault | null {
    if (!path.startsWith(this.#path)) return null;
    if (this.#script.length > 0) return this.#script.shift() ?? null;
    return this.#random?.() ?? null;
  }
}
