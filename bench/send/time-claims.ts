import type { Db } from '../../src/db/client.ts';

interface Prepared {
  execute(): Promise<unknown>;
}

type Prepare = (query: unknown, fields: unknown, name: string | undefined, ...rest: unknown[]) => Prepared;

/** From now on notes how long each claim takes on this database, in milliseconds. */
export function timeClaims(db: Db): readonly number[] {
  const times: number[] = [];
  const session = db._.session as unknown as { prepareQuery: Prepare };
  const prepare = session.prepareQuery.bind(session);
  session.prepareQuery = (query, fields, name, ...rest) => {
    const prepared = prepare(query, fields, name, ...rest);
    if (name?.startsWith('claim_batches') !== true) return prepared;
    const execute = prepared.execute.bind(prepared);
    prepared.execute = async () => {
      const from = performance.now();
      const result = await execute();
      times.push(performance.now() - from);
      return result;
    };
    return prepared;
  };
  return times;
}
