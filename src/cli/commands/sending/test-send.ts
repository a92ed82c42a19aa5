import type { Command } from 'commander';
import type { EmailAddress } from '../../../domain/audience/email-address.ts';
import { counted } from '../../../domain/text.ts';
import { testSend } from '../../../pipeline/send/test-send.ts';
import { parseAddresses, withWeek } from '../../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';
import { comingWeek } from '../../which-issue.ts';

export function registerTestSend(program: Command, { runCommand }: Runner): void {
  withWeek(program.command('test-send'))
    .description('send the issue to colleagues, marked [TEST]; does not count as sending it to readers')
    .requiredOption('--to <emails>', 'addresses, separated by commas, at most 20', parseAddresses)
    .action((options: CommonOptions & { readonly to: readonly EmailAddress[] }) =>
      runCommand(
        options,
        async ({ app, out, week }) => {
          const result = await testSend(app, week, options.to);
          if (!result.ok) return result;
          out.print(`Test of ${week} submitted to ${counted(result.submitted, 'address', 'addresses')}.`);
          if (app.mailer.provider === 'outbox')
            out.print(`Read it: ${app.dataDir}/outbox/${week}-test/preview.html`);
          out.document({ week, submitted: result.submitted });
          return exitCodes.done;
        },
        comingWeek,
      ),
    );
}
