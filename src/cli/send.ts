import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { commandLine } from '../domain/command-line.ts';
import type { Refusal } from '../domain/refusal.ts';
import { type Sent, sendIssue } from '../pipeline/send-issue.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { withWeek } from './options.ts';
import { type CommandContext, type CommonOptions, runCommand } from './run.ts';
import { sayReport } from './say-report.ts';
import { sendProgress } from './send-progress.ts';
import { tellEditorsNow } from './tell-editors-now.ts';

export function registerSend(program: Command): void {
  withWeek(program.command('send'))
    .description('send an approved issue; again: continue, never repeat')
    .action((options: CommonOptions) =>
      runCommand(options, async (context) => {
        const { progress, end } = sendProgress(context.signal);
        const sent = await sendIssue(context.app, context.week, progress).finally(end);
        await tellEditorsNow(context);
        return sent.ok ? saySent(context, sent) : sent;
      }),
    );
}

/** What was done and where everyone stands; 3 when a person must act, 1 when stopped half-way. */
export function saySent({ app, out }: CommandContext, { before, after }: Sent): Refusal | ExitCode {
  const submittedNow = after.submitted - before.submitted;
  sayReport(out, after);
  out.say(`Submitted in this run: ${submittedNow}.`);
  sayWhereToLook({ app, out }, after.week);
  out.document({ submittedNow, ...after });
  if (after.status === 'held') return exitCodes.waitsForPerson;
  if (after.pending > 0 && after.status === 'sending') {
    out.warn(`Stopped with ${after.pending} to go. Go on with: ${commandLine(`send --week ${after.week}`)}`);
    return exitCodes.failed;
  }
  return exitCodes.done;
}

export function sayWhereToLook({ app, out }: Pick<CommandContext, 'app' | 'out'>, week: string): void {
  if (app.mailer.provider !== 'outbox') return;
  const folder = join(resolve(app.dataDir), 'outbox', week);
  out.say(`Read it:   ${join(folder, 'preview.html')}`);
  out.say(`All mails: ${folder}`);
}
