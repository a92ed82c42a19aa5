import { createElement } from 'react';
import { Resend } from 'resend';
import WeeklyIssue from '../../emails/weekly-issue.tsx';
import type { IssueContent } from '../../src/domain/issue/issue.ts';
import type { Publication } from '../../src/domain/issue/publication.ts';
import { issueUrl, preferencesUrl, unsubscribeUrl } from '../../src/domain/issue/publication.ts';
import { answerParent } from '../support/child.ts';

interface Naive {
  readonly receiverUrl: string;
  readonly recipients: number;
  readonly issue: IssueContent;
  readonly publication: Publication;
}

/**
 * The loop of the SDK's own examples: renders the template for every recipient and posts a hundred a request, one
 * request after the other. Answers with the seconds.
 */
answerParent(async (_go: 'go', { receiverUrl, recipients, issue, publication }: Naive) => {
  const resend = new Resend('re_bench', { baseUrl: receiverUrl });
  const { publicUrl } = publication;
  const from = performance.now();
  for (let sent = 0; sent < recipients; sent += 100) {
    const emails = Array.from({ length: Math.min(100, recipients - sent) }, (_, index) => {
      const token = `bench-token-${String(sent + index).padStart(10, '0')}`;
      return {
        from: 'Weekly AI Tool Verdicts <verdicts@news.example>',
        to: `reader-${sent + index}@readers.example`,
        subject: issue.subject,
        react: createElement(WeeklyIssue, {
          issue,
          publication,
          links: {
            unsubscribe: unsubscribeUrl(publicUrl, token),
            preferences: preferencesUrl(publicUrl, token),
            web: issueUrl(publicUrl, issue.week),
          },
        }),
      };
    });
    const { error } = await resend.batch.send(emails);
    if (error !== null) throw new Error(error.message);
  }
  return (performance.now() - from) / 1_000;
});
