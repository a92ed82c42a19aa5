import { Command, CommanderError } from 'commander';
import { commandLine } from '../domain/refusal.ts';
import { completeHelp } from './help.ts';
import { exitCodes, type Runner } from './run.ts';

type Register = (program: Command, runner: Runner) => void;

const holdPauseResumeCancel = async () =>
  (await import('./commands/sending/hold-pause-resume-cancel.ts')).registerHoldPauseResumeCancel;

/** Each command by its name, in the order of the help. */
const commands: Readonly<Record<string, () => Promise<Register>>> = {
  weekly: async () => (await import('./commands/weekly.ts')).registerWeekly,
  demo: async () => (await import('./commands/demo.ts')).registerDemo,
  import: async () => (await import('./commands/import.ts')).registerImport,
  compose: async () => (await import('./commands/issue/compose.ts')).registerCompose,
  edit: async () => (await import('./commands/issue/edit.ts')).registerEdit,
  render: async () => (await import('./commands/issue/render.ts')).registerRender,
  check: async () => (await import('./commands/issue/check.ts')).registerCheck,
  approve: async () => (await import('./commands/issue/approve.ts')).registerApprove,
  send: async () => (await import('./commands/sending/send.ts')).registerSend,
  status: async () => (await import('./commands/sending/status.ts')).registerStatus,
  issues: async () => (await import('./commands/issue/issues.ts')).registerIssues,
  hold: holdPauseResumeCancel,
  pause: holdPauseResumeCancel,
  resume: holdPauseResumeCancel,
  cancel: holdPauseResumeCancel,
  reconcile: async () => (await import('./commands/sending/reconcile.ts')).registerReconcile,
  resolve: async () => (await import('./commands/sending/resolve.ts')).registerResolve,
  'test-send': async () => (await import('./commands/sending/test-send.ts')).registerTestSend,
  templates: async () => (await import('./commands/templates.ts')).registerTemplates,
  plan: async () => (await import('./commands/plan.ts')).registerPlan,
  preview: async () => (await import('./commands/preview.ts')).registerPreview,
  start: async () => (await import('./commands/start.ts')).registerStart,
  doctor: async () => (await import('./commands/doctor.ts')).registerDoctor,
  subscribers: async () => (await import('./commands/subscribers/index.ts')).registerSubscribers,
  prune: async () => (await import('./commands/prune.ts')).registerPrune,
  migrate: async () => (await import('./commands/migrate.ts')).registerMigrate,
};

/** Runs the command that the arguments name; the exit code is set on the terminal. */
export async function runProgram(args: readonly string[], runner: Runner): Promise<void> {
  const { terminal } = runner;
  const program = new Command(commandLine(''))
    .description('Weekly Verdicts: mails the week’s comparisons to every subscriber, once each.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: (text, write) => write(plainUsageError(text)),
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 wrong arguments or settings, 3 waiting for a person.',
    );
  for (const register of await commandsFor(args[0])) register(program, runner);
  completeHelp(program);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has printed the reason; `--help` ends here too, with exit code 0.
    terminal.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.calledWrongly;
    const message = error.code === 'commander.help' ? 'No command given.' : plainUsageError(error.message);
    if (error.exitCode !== 0) runner.output(args.includes('--json')).document({ error: message.trimEnd() });
  }
}

/** The command of that name alone, because loading a module of each takes twice as long; all of them if there is none. */
async function commandsFor(name = ''): Promise<ReadonlySet<Register>> {
  const loaders = Object.hasOwn(commands, name) ? [commands[name]] : Object.values(commands);
  return new Set(await Promise.all(loaders.map((load) => load?.()))) as ReadonlySet<Register>;
}

/** Commander’s `error: unknown command 'wekly'\n(Did you mean weekly?)` as sentences on one line. */
function plainUsageError(text: string): string {
  return text
    .replace(/^error: (\w)/, (_, first: string) => first.toUpperCase())
    .replace(/\n(?=\(Did you mean)/, ' ')
    .replace(/(?<=[\w'>])\n?$/, '.\n');
}
