import { Command } from 'commander';
import { expect, it } from 'vitest';
import { completeHelp } from '../../../src/cli/help.ts';

it('marks required options in the help of a command, and adds an example', () => {
  const program = new Command('verdicts');
  program.command('render').requiredOption('--out <dir>', 'folder').option('--reader <email>', 'whose');
  completeHelp(program);
  let help = '';
  const render = program.commands[0]?.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  render?.outputHelp();
  expect(help).toMatch(/--out <dir> +folder \(required\)/);
  expect(help).toMatch(/--reader <email> +whose$/m);
  expect(help).toContain('npm run -s verdicts -- render --out rendered');
});
