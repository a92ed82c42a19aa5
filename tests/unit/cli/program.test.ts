import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cli } from '../../support/cli.ts';

let cli: Cli;

beforeAll(async () => {
  cli = await Cli.open();
});
afterAll(() => cli.remove());

it('finds each command of its help by its name, and explains it', async () => {
  const help = await cli.run(['--help']);
  expect(help.code).toBe(0);
  const commands = help.stdout.split('\nCommands:\n')[1]?.split('\n\n')[0] ?? '';
  const names = [...commands.matchAll(/^ {2}([a-z]\S*)/gm)].map(([, name = '']) => name);
  expect(names).toEqual(expect.arrayContaining(['weekly', 'hold', 'cancel', 'start', 'subscribers', 'help']));
  for (const name of names.filter((each) => each !== 'help')) {
    const { code, stdout } = await cli.run([name, '--help']);
    expect(code, name).toBe(0);
    expect(stdout, name).toMatch(new RegExp(`^Usage: npm run -s verdicts -- ${name}\\b`));
  }
});

it('says that no command was given', async () => {
  const { code, stdout } = await cli.run(['--json']);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toHaveProperty('error');
});
