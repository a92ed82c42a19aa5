import { Command, CommanderError } from 'commander';
import { commandLine } from '../domain/refusal.ts';
import { registerDemo } from './commands/demo.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerImport } from './commands/import.ts';
import { registerApprove } from './commands/issue/approve.ts';
import { registerCheck } from './commands/issue/check.ts';
import { registerCompose } from './commands/issue/compose.ts';
import { registerEdit } from './commands/issue/edit.ts';
import { registerIssues } from './commands/issue/issues.ts';
import { registerRender } from './commands/issue/render.ts';
import { registerMigrate } from './commands/migrate.ts';
import { registerPlan } from './commands/plan.ts';
import { registerPreview } from './commands/preview.ts';
import { registerHoldPauseResumeCancel } from './commands/sending/hold-pause-resume-cancel.ts';
import { registerReconcile } from './commands/sending/reconcile.ts';
import { registerResolve } from './commands/sending/resolve.ts';
import { registerSend } from './commands/sending/send.ts';
import { registerStatus } from './commands/sending/status.ts';
import { registerTestSend } from './commands/sending/test-send.ts';
import { registerStart } from './commands/start.ts';
import { registerSubscribers } from './commands/subscribers/index.ts';
import { registerTemplates } from './commands/templates.ts';
import { registerWeekly } from './commands/weekly.ts';
import { explainError } from './explain-error.ts';
import { completeHelp } from './help.ts';
import { ignoreClosedPipes, terminalOutput } from './output.ts';
import { exitCodes, fail } from './run.ts';

const out = terminalOutput(process.argv.includes('--json'));
ignoreClosedPipes();
process.on('uncaughtException', (error) => {
  fail(out, explainError(error), exitCodes.failed);
  process.exit();
});

const program = new Command(commandLine(''))
  .description('Weekly Verdicts: mails the week’s comparisons to every subscriber, once each.')
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(plainUsageError(text)) })
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed, 2 wrong arguments or settings, 3 waiting for a person.',
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
registerIssues(program);
registerHoldPauseResumeCancel(program);
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
completeHelp(program);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has printed the reason; `--help` ends here too, with exit code 0.
  process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.calledWrongly;
  const message = error.code === 'commander.help' ? 'No command given.' : plainUsageError(error.message);
  if (error.exitCode !== 0) out.document({ error: message.trimEnd() });
}

/** Commander’s `error: unknown command 'wekly'\n(Did you mean weekly?)` as sentences on one line. */
function plainUsageError(text: string): string {
  return text
    .replace(/^error: (\w)/, (_, first: string) => first.toUpperCase())
    .replace(/\n(?=\(Did you mean)/, ' ')
    .replace(/(?<=[\w'>])\n?$/, '.\n');
}
