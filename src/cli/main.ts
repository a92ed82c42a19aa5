import { Command, CommanderError } from 'commander';
import { commandLine } from '../domain/command-line.ts';
import { registerApprove } from './approve.ts';
import { registerCheck } from './check.ts';
import { registerCompose } from './compose.ts';
import { registerDemo } from './demo.ts';
import { registerDoctor } from './doctor.ts';
import { registerEdit } from './edit.ts';
import { exitCodes } from './exit-codes.ts';
import { explainError } from './explain-error.ts';
import { finishHelp } from './finish-help.ts';
import { registerImport } from './import.ts';
import { registerMigrate } from './migrate.ts';
import { survivePipesThatClose, terminalOutput } from './output.ts';
import { registerPlan } from './plan.ts';
import { registerPreview } from './preview.ts';
import { registerReconcile } from './reconcile.ts';
import { registerRender } from './render.ts';
import { registerResolve } from './resolve.ts';
import { fail } from './run.ts';
import { registerSend } from './send.ts';
import { registerStart } from './start.ts';
import { registerStatus } from './status.ts';
import { registerStops } from './stops.ts';
import { registerSubscribers } from './subscribers.ts';
import { registerTemplates } from './templates.ts';
import { registerTestSend } from './test-send.ts';
import { registerWeekly } from './weekly.ts';

const out = terminalOutput(process.argv.includes('--json'));
survivePipesThatClose();
process.on('uncaughtException', (error) => {
  fail(out, explainError(error), exitCodes.failed);
  process.exit();
});

const program = new Command(commandLine(''))
  .description('The weekly newsletter: from the week’s comparisons to every subscriber, once each.')
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(plainUsageError(text)) })
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed, 2 called wrongly (arguments or settings), 3 something waits for a person.',
  );

registerWeekly(program);
registerDemo(program);
registerImport(program);
registerCompose(program);
registerEdit(program);
registerRender(program);
registerCheck(program);
registerApprove(program);
registerSend(program);
registerStatus(program);
registerStops(program);
registerReconcile(program);
registerResolve(program);
registerTestSend(program);
registerTemplates(program);
registerPlan(program);
registerPreview(program);
registerStart(program);
registerDoctor(program);
registerSubscribers(program);
registerMigrate(program);
finishHelp(program);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has printed the reason; `--help` ends here too, with exit code 0.
  process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.calledWrongly;
  const message = error.code === 'commander.help' ? 'No command given.' : plainUsageError(error.message);
  if (error.exitCode !== 0) out.document({ error: message.trimEnd() });
}

/** `error: unknown command 'wekly'\n(Did you mean weekly?)` in our manner, on one line. */
function plainUsageError(text: string): string {
  return text
    .replace(/^error: (\w)/, (_, first: string) => first.toUpperCase())
    .replace(/\n(?=\(Did you mean)/, ' ')
    .replace(/(?<=[\w'>])\n?$/, '.\n');
}
