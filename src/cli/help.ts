import { type Command, Help } from 'commander';
import { commandLine } from '../domain/refusal.ts';

/** Examples by command, as a newcomer would type them. */
const examples: Readonly<Record<string, readonly string[]>> = {
  '': ['demo', 'weekly', 'status --json', 'send --help'],
  weekly: ['weekly', 'weekly --week 2026-W47 --json'],
  import: ['import comparisons.json', 'import - < comparisons.json'],
  compose: ['compose', 'compose --now 2026-11-24T09:00:00Z'],
  edit: ['edit --subject "Ship it or skip it?"', 'edit --order a-vs-b,c-vs-d --drop e-vs-f'],
  render: ['render --out rendered', 'render --out rendered --reader ada@example.com'],
  check: ['check', 'check --week 2026-W47 --json'],
  approve: ['approve --by Ada', 'approve --by Ada --override size --reason "read on the web this week"'],
  send: ['send', 'send --week 2026-W47'],
  status: ['status', 'status --week 2026-W47 --json'],
  issues: ['issues', 'issues show 2026-W47'],
  'issues show': ['issues show 2026-W47 --json'],
  hold: ['hold --reason "wrong price in the lead"'],
  resolve: ['resolve 2026-W47 12 --as not-sent --by Ada --reason "not in the dashboard"'],
  'test-send': ['test-send --to ada@example.com,grace@example.com'],
  plan: ['plan --weeks 4'],
  doctor: ['doctor', 'doctor --live --to ada@example.com'],
  preview: ['preview', 'preview --port 0 --week 2026-W47'],
  'subscribers import': [
    'subscribers import readers.csv --dry-run',
    'subscribers import readers.csv --by Ada',
    'subscribers import left.csv --as unsubscribed',
  ],
  'subscribers export': ['subscribers export --out subscribers.csv'],
  'subscribers unsuppress': [
    'subscribers unsuppress ada@example.com --by Ada --reason "the mailbox works again"',
  ],
  'subscribers suppress': ['subscribers suppress ada@example.com --reason "asked by telephone"'],
  'subscribers show': ['subscribers show ada@example.com'],
};

const help = new Help();

/** Adds to each command its examples, marks required options, and ends its usage errors with the command for its help. */
export function completeHelp(command: Command, path = ''): void {
  const lines = (examples[path] ?? []).map((line) => `  ${commandLine(line)}`);
  if (lines.length > 0) command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
  command.configureHelp({
    optionDescription: (option) =>
      `${help.optionDescription(option)}${option.mandatory ? ' (required)' : ''}`,
  });
  command.showHelpAfterError(`See: ${commandLine(`${path} --help`.trimStart())}`);
  for (const child of command.commands) completeHelp(child, `${path} ${child.name()}`.trimStart());
}
