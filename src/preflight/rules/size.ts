import { htmlBudgetBytes } from '../../domain/issue/rendered-issue.ts';
import { commandLine } from '../../domain/refusal.ts';
import { errorOf, type Rule } from '../rule.ts';

const error = errorOf('size');

/**
 * Gmail hides everything beyond about 102 KB, which includes the unsubscribe link. The stored html is larger than that
 * of any reader, because the placeholder is longer than a token.
 */
export const size: Rule = ({ rendered, content }) => {
  const bytes = Buffer.byteLength(rendered.html);
  if (bytes <= htmlBudgetBytes) return [];
  return [
    error(
      'html',
      `The html has ${bytes} bytes; at most ${htmlBudgetBytes} are allowed, because Gmail clips long mails.`,
      `Shorten the intro or drop a comparison: ${commandLine(`edit --week ${content.week} --drop SLUG`)}`,
    ),
  ];
};
