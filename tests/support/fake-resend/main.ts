import { startFakeResend } from './server.ts';

/*
 * The fake server in a process of its own: `main.ts ['{"keep":"brief"}']`, with FakeResendOptions as JSON. Prints
 * `{"url":"http://127.0.0.1:…","apiKey":"…"}` and serves until its stdin ends, SIGINT or SIGTERM.
 */
const fake = await startFakeResend(JSON.parse(process.argv[2] ?? '{}'));
process.stdout.write(`${JSON.stringify({ url: fake.url, apiKey: fake.apiKey })}\n`);
const stop = () => fake.close().then(() => process.exit(0));
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.stdin.once('end', stop).resume();
