import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mailPlaceholders } from '../../../../src/domain/sending/short-mails.ts';

const sorted = (names: Iterable<string>) => [...new Set(names)].toSorted();

test('every template is a short mail, and every short mail has a template', () => {
  const templates = globSync('*.mjml', { cwd: 'templates' }).map((file) => file.replace('.mjml', ''));
  expect(sorted(Object.keys(mailPlaceholders))).toEqual(sorted(templates));
});

test.each(Object.entries(mailPlaceholders))(
  '%s lists the placeholders of its template',
  (name, placeholders) => {
    const source = readFileSync(`templates/${name}.mjml`, 'utf8');
    const used = [...source.matchAll(/\{\{(\w+)\}\}/g)].map(([, placeholder = '']) => placeholder);
    expect(sorted(placeholders)).toEqual(sorted(used));
  },
);
