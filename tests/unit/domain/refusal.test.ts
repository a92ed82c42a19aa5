import { expect, test } from 'vitest';
import { commandLine, done, refuse, waitForPerson } from '../../../src/domain/refusal.ts';

test('a result is done with its values, refused, or waits for a person', () => {
  expect(done({ week: '2026-W48' })).toEqual({ ok: true, week: '2026-W48' });
  expect(refuse('No.')).toEqual({ ok: false, message: 'No.', waitsForPerson: false });
  expect(waitForPerson('Later.')).toEqual({ ok: false, message: 'Later.', waitsForPerson: true });
});

test('a hint shows the command as it is typed', () => {
  expect(commandLine('status --week 2026-W47')).toBe('npm run -s verdicts -- status --week 2026-W47');
  expect(commandLine('')).toBe('npm run -s verdicts --');
});
