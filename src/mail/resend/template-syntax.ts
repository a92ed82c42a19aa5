import { escapeBracesInHtml, escapeBracesInLine, escapeBracesInText } from '../../domain/text.ts';

/** The one variable of an issue's template. Not among Resend's reserved names. */
export const readerVariable = 'READER';

/** Content is literal, the placeholder becomes the variable. */
export const htmlTemplate = (html: string, placeholder: string) =>
  withVariable(html, placeholder, escapeBracesInHtml);

export const textTemplate = (text: string, placeholder: string) =>
  withVariable(text, placeholder, escapeBracesInText);

/** A subject has no placeholder; braces in it stay braces. */
export const subjectTemplate = escapeBracesInLine;

function withVariable(text: string, placeholder: string, literally: (part: string) => string): string {
  return text.split(placeholder).map(literally).join(`{{{${readerVariable}}}}`);
}
