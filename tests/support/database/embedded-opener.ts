import pg from 'pg';
import { openEmbedded } from '../../../src/db/embedded/index.ts';

/*
 * A separate process for the tests of the embedded PostgreSQL: `embedded-opener.ts <data folder> [rounds] [uid]`.
 * Without rounds it opens the folder, reports the URL, and closes it when asked to or when its parent is gone.
 * With rounds it opens, writes a row and closes that many times, and then reports the number.
 * With a uid it becomes that user first; its modules are loaded by then, so the checkout may be closed to others.
 */
const [dataDir = '', rounds, uid] = process.argv.slice(2);
export type Report = { url: string } | { failure: string } | { roundsDone: number };
const report = (message: Report) => process.send?.(message);

if (uid) {
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}

try {
  if (rounds) {
    for (let round = 0; round < Number(rounds); round++) await openWriteClose();
    report({ roundsDone: Number(rounds) });
    process.disconnect();
  } else {
    const server = await openEmbedded(dataDir);
    const leave = () => server.close().then(() => process.exit());
    process.on('message', leave);
    process.on('disconnect', leave);
    report({ url: server.url });
  }
} catch (error) {
  report({ failure: String(error) });
  process.disconnect();
}

async function openWriteClose(): Promise<void> {
  const server = await openEmbedded(dataDir);
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query('insert into visits default values');
  await client.end();
  await server.close();
}
