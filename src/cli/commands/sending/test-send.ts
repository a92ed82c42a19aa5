import { type Command, InvalidArgumentError } from 'commander';
import { type EmailAddress, parseEmailAddress } from '../../../domain/audience/email-address.ts';
import { testSend } from '../../../pipeline/send/test-send.ts';
import { parseList, withWeek } from '../../options.ts';
import { type CommonOptions, exitCodes, runCommand } from '../../run.ts';

export function registerTestSend(program: Command): void {
  withWeek(program.command('test-send'))
    .description('the issue to staff, over the same path; marked [TEST], never in the ledger')
    .requiredOption('--to <emails>', 'addresses, separated by commas, at most 20', parseAddresses)
    .action((options: CommonOptions & { readonly to: readonly EmailAddress[] }) =>
      runCommand(options, async ({ app, out, week }) => {
        const result = await testSend(app, week, options.to);
        if (!result.ok) return result;
        out.print(`Test of ${week} submitted to ${result.submitted} address(es).`);
        if (app.mailer.provider === 'outbox')
          out.print(`Look into: ${app.dataDir}/outbox/${week}-test/preview.html`);
        out.document({ week, submitted: result.submitted });
        return exitCodes.done;
      }),
    );
}

export function parseAddresses(text: string): readonly EmailAddress[] {
  const addresses = parseList(text).map((address) => {
    const parsed = parseEmailAddress(address);
    if (typeof parsed !== 'string') throw new InvalidArgumentError(`${address} is no usable address.`);
    return parsed;
  });
  if (addresses.length < 1 || addresses.length > 20)
    throw new InvalidArgumentError('Expected 1 to 20 addresses.');
  return addresses;
}
