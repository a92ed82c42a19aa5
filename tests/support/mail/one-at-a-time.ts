import type { Mailer } from '../../../src/domain/sending/mailer.ts';
import { maxHeldBytes } from '../../../src/pipeline/send/in-flight.ts';

/** A mailer whose bodies are as large as all that may be under way: each request waits until the last is recorded. */
export const oneAtATime = <M extends Mailer>(mailer: M): M => ({
  ...mailer,
  async prepare(batch) {
    const { sha256, post } = await mailer.prepare(batch);
    return { sha256, bytes: maxHeldBytes, post: (key) => post(key) };
  },
});
