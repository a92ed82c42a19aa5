import type { ApiRequest } from './types.ts';

/** What goes wrong with a request. With `after` or `accepted` the emails are sent all the same. */
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
      /** Instead of the API's JSON, for example the page of a proxy. */
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
  /** That a request fails, from 0 to 1. */
  readonly probability: number;
  readonly among: readonly Fault[];
}

/** Decides which fault a request meets: first from the script, then at random. */
export class Faults {
  #script: (Fault | null)[] = [];
  #random: (() => Fault | null) | null = null;
  #path = '/emails';

  /** One entry for each coming request whose path begins with `path`; null lets it pass. */
  script(faults: readonly (Fault | null)[], path = '/emails'): void {
    this.#script = [...faults];
    this.#path = path;
  }

  random({ seed, probability, among }: RandomFaults, path = '/emails'): void {
    const next = seededRandom(seed);
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

/** mulberry32: like Math.random, but with the same numbers for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
