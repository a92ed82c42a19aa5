import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  htmlTemplate,
  readerVariable,
  subjectTemplate,
  textTemplate,
} from '../../../../src/mail/resend/template-syntax.ts';
import { fill, variablesIn } from '../../../support/fake-resend/substitute.ts';

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

describe('a template made of rendered bytes', () => {
  it('has the variable where the placeholder stood', () => {
    expect(htmlTemplate(`<a href="https://n.example/u/${placeholder}">x</a>`, placeholder)).toBe(
      '<a href="https://n.example/u/{{{READER}}}">x</a>',
    );
  });

  it('keeps braces in html as they are read, in links too', () => {
    const html = '<a href="https://s.example/?q={{{READER}}}">{{{READER}}} {{name}}</a>';
    const filled = sent(htmlTemplate(html, placeholder));
    expect(filled.replaceAll('&#123;', '{')).toBe(html);
  });

  it('keeps braces in text as they are seen, and links as they work', () => {
    const filled = sent(textTemplate('{{{READER}}}: https://s.example/?q={{{READER}}}', placeholder));
    expect(filled.replaceAll('\u2060', '')).toBe('{{{READER}}}: https://s.example/?q={{%7BREADER}}}');
  });

  it('knows no variable but the reader’s, whatever the content', () => {
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
