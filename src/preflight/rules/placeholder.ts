import type { Finding } from '../../domain/issue/finding.ts';
import { preferencesUrl, unsubscribeUrl } from '../../domain/issue/publication.ts';
import { errorOf, type Rule } from '../rule.ts';

const error = errorOf('placeholder');

/** The reader placeholder appears once in each of the reader's two links and nowhere else. */
export const placeholder: Rule = ({ rendered, envelope }) => {
  const fix = 'Render the issue again.';
  if (!/^[a-z0-9]{12,}$/.test(rendered.placeholder))
    return [error('rendered issue', `"${rendered.placeholder}" is not a placeholder.`, fix)];
  const findings: Finding[] = [];
  const count = (text: string, what: string) => text.split(what).length - 1;
  const links = [unsubscribeUrl, preferencesUrl].map((link) =>
    link(envelope.publicUrl, rendered.placeholder),
  );
  for (const part of ['html', 'text'] as const) {
    for (const link of links) {
      const times = count(rendered[part], link);
      if (times !== 1)
        findings.push(error(part, `The reader's link ${link} appears ${times} times instead of once.`, fix));
    }
    const strays = count(rendered[part], rendered.placeholder) - links.length;
    if (strays > 0)
      findings.push(
        error(part, `The reader placeholder appears ${strays} times outside the reader's links.`, fix),
      );
  }
  // Content never contains three braces in a row, because src/domain/text.ts escapes them.
  for (const part of ['html', 'text', 'subject', 'preheader'] as const)
    if (rendered[part].includes('{{{'))
      findings.push(
        error(part, 'It contains {{{, which the provider would read as a template variable.', fix),
      );
  for (const part of ['subject', 'preheader'] as const)
    if (rendered[part].includes(rendered.placeholder))
      findings.push(error(part, 'The reader placeholder is not allowed here.', fix));
  return findings;
};
