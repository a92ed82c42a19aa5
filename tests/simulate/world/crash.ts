import type pg from 'pg';

type Query = (...args: readonly unknown[]) => unknown;

/** What a crash looks like to the program: every statement fails from then on, until it starts again. */
export class ProgramCrashed extends Error {
  constructor() {
    super('Connection terminated unexpectedly');
  }
}

/**
 * Lets the program die at one of its statements: before PostgreSQL gets it, or after PostgreSQL did what it says and before
 * the program learns of it. What was not committed is rolled back.
 */
export class Crash {
  #statementsLeft = Number.POSITIVE_INFINITY;
  #isAfter = false;
  #isDown = false;

  get isDown(): boolean {
    return this.#isDown;
  }

  /** Dies at the n-th statement from now. */
  arm(statements: number, isAfter: boolean): void {
    this.#statementsLeft = statements;
    this.#isAfter = isAfter;
  }

  /** Another process does this: it does not die. */
  async spare<T>(work: () => Promise<T>): Promise<T> {
    const [left, isDown] = [this.#statementsLeft, this.#isDown];
    this.#statementsLeft = Number.POSITIVE_INFINITY;
    this.#isDown = false;
    try {
      return await work();
    } finally {
      this.#statementsLeft = left;
      this.#isDown = isDown;
    }
  }

  /** Another process does this, and may die of it at one of its statements. */
  async alone(statements: number, isAfter: boolean, work: () => Promise<void>): Promise<void> {
    await this.spare(async () => {
      this.arm(statements, isAfter);
      await work().catch((error: unknown) => {
        if (!this.#isDown) throw error;
      });
    });
  }

  /** The program starts again; true if it had died. */
  restart(): boolean {
    const wasDown = this.#isDown;
    this.#isDown = false;
    this.#statementsLeft = Number.POSITIVE_INFINITY;
    return wasDown;
  }

  watch(client: pg.PoolClient): void {
    const query = client.query.bind(client) as Query;
    client.query = ((...args: readonly unknown[]) => {
      if (isRollback(args[0])) return query(...args);
      if (this.#isDown) return fail(args);
      this.#statementsLeft -= 1;
      if (this.#statementsLeft > 0) return query(...args);
      this.#isDown = true;
      return this.#isAfter ? failAfter(query, args) : fail(args);
    }) as typeof client.query;
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
