import { htmlBudgetBytes } from '../../domain/issue/rendered-issue.ts';
import { commandLine } from '../../domain/refusal.ts';
import { errorOf, type Rule } from '../rule.ts';

const error = errorOf('size');

/**
 * Gmail hides what is beyond about 102 KB, the unsubscribe link first of all. The stored html is the largest variant
 * of all: its placeholder is longer than any reader's token.
 */
export const size: Rule = ({ rendered, content }) => {
  const bytes = Buffer.byteLength(rendered.html);
  if (bytes <= htmlBudgetBytes) return [];
  return [
    error(
      'html',
      `The html has ${bytes} bytes; more than ${htmlBudgetBytes} are clipped by Gmail.`,
      `Shorten the intro or drop a comparison: ${commandLine(`edit --week ${content.week} --drop SLUG`)}`,
    ),
  ];
};
