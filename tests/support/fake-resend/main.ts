import { startFakeResend } from './server.ts';

/*
 * The fake server in a process of its own: `main.ts ['{"keep":"brief"}']` prints `{"url":"http://127.0.0.1:…"}`
 * and serves until its stdin ends or it is told to stop. Options are FakeResendOptions as JSON.
 */
const fake = await startFakeResend(JSON.parse(process.argv[2] ?? '{}'));
process.stdout.write(`${JSON.stringify({ url: fake.url, apiKey: fake.apiKey })}\n`);
const stop = () => fake.close().then(() => process.exit(0));
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.stdin.once('end', stop).resume();
