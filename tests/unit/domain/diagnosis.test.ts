import { expect, test } from 'vitest';
import { fault, good, note } from '../../../src/domain/diagnosis.ts';

test('what is good needs no fix; a note and a fault say how to fix it', () => {
  const line = { what: 'Sender', finding: 'is a@b.example' };
  expect(good('Sender', 'is a@b.example')).toEqual({ ...line, state: 'good', fix: null });
  expect(note('Sender', 'is a@b.example', 'Set it.')).toEqual({ ...line, state: 'note', fix: 'Set it.' });
  expect(fault('Sender', 'is a@b.example', 'Set it.')).toEqual({ ...line, state: 'fault', fix: 'Set it.' });
});
