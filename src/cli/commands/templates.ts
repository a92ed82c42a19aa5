import type { Command } from 'commander';
import { counted } from '../../domain/text.ts';
import { checkTemplates } from '../../render/render-mail.ts';
import { withJson } from '../options.ts';
import { printTemplateFaults } from '../print/findings.ts';
import { type CommonOptions, exitCodes, type Runner } from '../run.ts';

export function registerTemplates(program: Command, { output, terminal }: Runner): void {
  withJson(program.command('templates'))
    .description(
      'check the MJML templates of the short mails and name each fault by file and line; needs no database',
    )
    .action(async (options: CommonOptions) => {
      const out = output(options.json === true);
      const faults = await checkTemplates();
      printTemplateFaults(out, faults);
      out.print(`Templates: ${counted(faults.length, 'error')}.`);
      out.document({ faults });
      terminal.exitCode = faults.length > 0 ? exitCodes.waitsForPerson : exitCodes.done;
    });
}
