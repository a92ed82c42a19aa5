import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  htmlTemplate,
  readerVariable,
  subjectTemplate,
  textTemplate,
} from '../../../../src/mail/resend/template.ts';
import { fill, variablesIn } from '../../../support/fake-resend/rules/template.ts';

const placeholder = 'reader0123456789abcdef01234567';
const token = 'Zx9_-aBcDeFgHiJkLmNoPq';
const sent = (template: string) => fill(template, { [readerVariable]: token });

const braces = fc
  .array(
    fc.oneof(fc.constantFrom('{', '{{', '{{{', '}}}', 'READER', '{{{READER}}}', 'EMAIL', ' '), fc.string()),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''));

describe('a template of a rendered issue', () => {
  it('has the variable in place of the placeholder', () => {
    expect(htmlTemplate(`<a href="https://n.example/u/${placeholder}">x</a>`, placeholder)).toBe(
      '<a href="https://n.example/u/{{{READER}}}">x</a>',
    );
  });

  it('keeps braces in html readable and links working', () => {
    const html = '<a href="https://s.example/?q={{{READER}}}">{{{READER}}} {{name}}</a>';
    const filled = sent(htmlTemplate(html, placeholder));
    expect(filled.replaceAll('&#123;', '{')).toBe(html);
  });

  it('keeps braces in text readable and links working', () => {
    const filled = sent(textTemplate('{{{READER}}}: https://s.example/?q={{{READER}}}', placeholder));
    expect(filled.replaceAll('\u2060', '')).toBe('{{{READER}}}: https://s.example/?q={{%7BREADER}}}');
  });

  it('has no other variable, whatever the content', () => {
    fc.assert(
      fc.property(braces, braces, (before, after) => {
        const content = `${before} /u/${placeholder} ${after}`;
        for (const make of [htmlTemplate, textTemplate]) {
          expect(sent(make(content, placeholder)).split(token)).toHaveLength(2);
          expect([...variablesIn(make(content, placeholder))]).toEqual([readerVariable]);
        }
        expect([...variablesIn(subjectTemplate(before))]).toEqual([]);
      }),
    );
  });

  it('changes nothing else', () => {
    const text = 'Hello {{name}} {x} }}} https://s.example/{a}';
    expect(textTemplate(text, placeholder)).toBe(text);
    expect(subjectTemplate(text)).toBe(text);
  });
});
