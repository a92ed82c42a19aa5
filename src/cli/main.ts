import { explainError, type Place } from './explain-error.ts';
import { runProgram } from './program.ts';
import { exitCodes, fail, runnerOn } from './run.ts';
import { processTerminal, surviveFailedOutput } from './terminal.ts';

const args = process.argv.slice(2);
const runner = runnerOn(processTerminal);

surviveFailedOutput();
process.on('uncaughtException', (error) => {
  const out = runner.output(args.includes('--json'));
  fail({ terminal: processTerminal, out }, explainError(error, placeOf(process.env)), exitCodes.failed);
  process.exit();
});

function placeOf({ DATA_DIR = '.data', DATABASE_URL }: NodeJS.ProcessEnv): Place {
  return { DATA_DIR, DATABASE_URL };
}

await runProgram(args, runner);
