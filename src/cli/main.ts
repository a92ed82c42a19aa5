import { explainError } from './explain-error.ts';
import { runProgram } from './program.ts';
import { exitCodes, fail, runnerOn } from './run.ts';
import { ignoreClosedPipes, processTerminal } from './terminal.ts';

const args = process.argv.slice(2);
const runner = runnerOn(processTerminal);

ignoreClosedPipes();
process.on('uncaughtException', (error) => {
  const out = runner.output(args.includes('--json'));
  fail({ terminal: processTerminal, out }, explainError(error), exitCodes.failed);
  process.exit();
});

await runProgram(args, runner);
