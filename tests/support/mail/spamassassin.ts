import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether `spamassassin` is installed. */
export async function hasSpamAssassin(): Promise<boolean> {
  return run('spamassassin', ['--version']).then(
    () => true,
    () => false,
  );
}

export interface SpamScore {
  readonly points: number;
  /** The rules that matched. */
  readonly rules: string;
}

/**
 * Scores messages by the rules that need no network (`-L`), in one run, because Perl takes seconds to start. The order
 * of the scores is undefined.
 */
export async function spamScores(emls: readonly Buffer[]): Promise<SpamScore[]> {
  const child = run('spamassassin', ['-L', '--mbox'], { maxBuffer: 50_000_000 });
  const separator = 'From sender@news.example Tue Nov 24 09:00:00 2026\n';
  child.child.stdin?.end(
    emls.map((eml) => `${separator}${eml.toString('latin1').replaceAll('\r\n', '\n')}\n`).join(''),
  );
  const { stdout } = await child;
  const scores = Array.from(
    stdout.matchAll(
      /^X-Spam-Status: \w+, score=(-?[\d.]+) required=\S+ tests=([A-Z0-9_,\s]*?)\s+autolearn/gm,
    ),
    ([, points, rules = '']) => ({ points: Number(points), rules: rules.replace(/\s/g, '') }),
  );
  if (scores.length !== emls.length) throw new Error(`spamassassin gave ${scores.length} scores`);
  return scores;
}
