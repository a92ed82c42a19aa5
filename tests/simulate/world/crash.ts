import type pg from 'pg';

type Query = (...args: readonly unknown[]) => unknown;

/** What a crash looks like to the program: every statement fails from then on. */
export class ProgramCrashed extends Error {
  constructor() {
    super('Connection terminated unexpectedly');
  }
}

/**
 * Lets the program die, or the database go away for a while, at one of the program's statements: before PostgreSQL gets it,
 * or after PostgreSQL did what it says and before the program learns of it. What was not committed is rolled back.
 */
export class Crash {
  readonly #now: () => number;
  #statementsLeft = Number.POSITIVE_INFINITY;
  #isAfter = false;
  /** How long the database will be away; null if the program dies instead. */
  #outageMs: number | null = null;
  #isDead = false;
  #isAway = false;
  #awayUntil = Number.NEGATIVE_INFINITY;

  /** @param now true time, in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether every statement of the program fails. */
  get isDown(): boolean {
    return this.#isDead || this.#isAway;
  }

  get isDatabaseAway(): boolean {
    return this.#isAway;
  }

  /**
   * Lets the database come back when its time has come. Called between two events: were it to come back within one, it
   * would hang on the speed of this machine which statement of those under way is the first to succeed.
   */
  moveOn(): void {
    if (this.#now() >= this.#awayUntil) this.#isAway = false;
  }

  /** Dies at the n-th statement from now, or loses the database for so long. */
  arm(statements: number, isAfter: boolean, outageMs: number | null = null): void {
    this.#statementsLeft = statements;
    this.#isAfter = isAfter;
    this.#outageMs = outageMs;
  }

  /** Another process does this: it does not die. */
  async spare<T>(work: () => Promise<T>): Promise<T> {
    const [left, isDead] = [this.#statementsLeft, this.#isDead];
    this.#statementsLeft = Number.POSITIVE_INFINITY;
    this.#isDead = false;
    try {
      return await work();
    } finally {
      this.#statementsLeft = left;
      this.#isDead = isDead;
    }
  }

  /** Another process does this, and may die of it at one of its statements. */
  async alone(statements: number, isAfter: boolean, work: () => Promise<void>): Promise<void> {
    await this.spare(async () => {
      this.arm(statements, isAfter);
      await work().catch((error: unknown) => {
        if (!this.isDown) throw error;
      });
    });
  }

  /** The program starts again if it died; true if it did, or if the database is away. */
  restart(): boolean {
    const wasDown = this.isDown;
    this.#isDead = false;
    this.#statementsLeft = Number.POSITIVE_INFINITY;
    return wasDown;
  }

  watch(client: pg.PoolClient): void {
    const query = client.query.bind(client) as Query;
    client.query = ((...args: readonly unknown[]) => {
      if (isRollback(args[0])) return query(...args);
      if (this.isDown) return fail(args);
      this.#statementsLeft -= 1;
      if (this.#statementsLeft > 0) return query(...args);
      this.#strike();
      return this.#isAfter ? failAfter(query, args) : fail(args);
    }) as typeof client.query;
  }

  #strike(): void {
    this.#statementsLeft = Number.POSITIVE_INFINITY;
    if (this.#outageMs === null) {
      this.#isDead = true;
    } else {
      this.#isAway = true;
      this.#awayUntil = this.#now() + this.#outageMs;
    }
  }
}

const isRollback = (query: unknown) => {
  const text = typeof query === 'string' ? query : (query as { text?: string }).text;
  return /^\s*rollback/i.test(text ?? '');
};

/** pg takes a callback as the last argument, or else returns a promise. */
function fail(args: readonly unknown[]): unknown {
  const callback = args.at(-1);
  if (typeof callback !== 'function') return Promise.reject(new ProgramCrashed());
  queueMicrotask(() => callback(new ProgramCrashed()));
  return undefined;
}

function failAfter(query: Query, args: readonly unknown[]): unknown {
  const callback = args.at(-1);
  if (typeof callback === 'function')
    return query(...args.slice(0, -1), () => callback(new ProgramCrashed()));
  const fails = () => {
    throw new ProgramCrashed();
  };
  return (query(...args) as Promise<unknown>).then(fails, fails);
}
