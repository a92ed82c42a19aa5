import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { registerApprove } from '../../../src/cli/commands/issue/approve.ts';
import { registerCompose } from '../../../src/cli/commands/issue/compose.ts';
import { registerEdit } from '../../../src/cli/commands/issue/edit.ts';
import { registerHoldPauseResumeCancel } from '../../../src/cli/commands/sending/hold-pause-resume-cancel.ts';
import { registerResolve } from '../../../src/cli/commands/sending/resolve.ts';
import { registerSend } from '../../../src/cli/commands/sending/send.ts';
import { registerWeekly } from '../../../src/cli/commands/weekly.ts';
import { runnerOn } from '../../../src/cli/run.ts';
import { processTerminal } from '../../../src/cli/terminal.ts';

const program = new Command();
for (const register of [
  ...[registerApprove, registerCompose, registerEdit, registerHoldPauseResumeCancel],
  ...[registerResolve, registerSend, registerWeekly],
]) {
  register(program, runnerOn(processTerminal));
}

const byOf = (name: string) =>
  program.commands
    .find((command) => command.name() === name)
    ?.options.find((option) => option.long === '--by');

describe('a decision', () => {
  it.each(['hold', 'pause', 'resume', 'cancel', 'approve', 'edit', 'compose', 'weekly', 'send'])(
    'takes --by, which need not be given: %s',
    (name) => expect(byOf(name)).toMatchObject({ mandatory: false }),
  );

  it('about a batch of unknown outcome requires --by', () => {
    expect(byOf('resolve')).toMatchObject({ mandatory: true });
  });
});
