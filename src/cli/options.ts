import { userInfo } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import { describeUnusable, type EmailAddress, parseEmailAddress } from '../domain/audience/email-address.ts';
import { isWeekKey } from '../domain/issue/week.ts';

/** `--json`, for every command. */
export const withJson = (command: Command) =>
  command.option('--json', 'print the result as one JSON document on stdout');

/** `--week`, `--now` and `--json`, for commands about an issue; `meant` is the issue without `--week`. */
export const withWeek = (command: Command, meant = 'the coming issue') =>
  withJson(
    command
      .option('--week <week>', `ISO week of the issue, such as 2026-W47 (default: ${meant})`, parseWeek)
      .option(
        '--now <instant>',
        'ISO instant to use as the current time, such as 2026-11-24T09:00:00Z',
        parseInstant,
      ),
  );

export function parseWeek(text: string): string {
  if (!isWeekKey(text)) throw new InvalidArgumentError('Expected an ISO week that exists, such as 2026-W47.');
  return text;
}

const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

export function parseInstant(text: string): Date {
  const date = new Date(text);
  if (!instantPattern.test(text) || Number.isNaN(date.getTime()) || !isCalendarDay(text.slice(0, 10))) {
    throw new InvalidArgumentError('Expected an ISO instant with a time zone, such as 2026-11-24T09:00:00Z.');
  }
  return date;
}

/** `new Date` turns 30 February into 2 March. */
const isCalendarDay = (day: string) => new Date(day).toISOString().startsWith(day);

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('Expected a port from 0 to 65535.');
  return port;
}

export const parseList = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

export function parseAddresses(text: string): readonly EmailAddress[] {
  const addresses = parseList(text).map((address) => {
    const parsed = parseEmailAddress(address);
    if (typeof parsed !== 'string')
      throw new InvalidArgumentError(`${address} cannot be used (${describeUnusable(parsed)}).`);
    return parsed;
  });
  if (addresses.length < 1 || addresses.length > 20)
    throw new InvalidArgumentError('Expected 1 to 20 addresses, separated by commas.');
  return addresses;
}

/** `--by`, for every decision; it is recorded. */
export const withBy = (command: Command) =>
  command.option('--by <name>', 'who decides; recorded (default: your user name)');

/** The name that `--by` gives, else the user of the machine. */
export const decidedBy = ({ by }: { readonly by?: string }) => by?.trim() || thisUser();

/** The default of `--by`. A container may run under a user id that has no name. */
export function thisUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
