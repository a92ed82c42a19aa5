import type { IssueRow } from '../../db/queries/issue/issues.ts';
import type { Settings } from '../context.ts';

/**
 * Until when editors have to look at a draft before `APPROVAL=auto` lets it go, at its slot or later: at least
 * MIN_REVIEW_MINUTES after it was composed, or composed anew. Without EDITOR_EMAILS there is nobody to wait for.
 */
export function reviewEndsAt(
  { minReviewMinutes, reviewHours, editorEmails }: Settings,
  { composedAt }: Pick<IssueRow, 'composedAt'>,
): Date {
  const minutes = editorEmails.length === 0 ? 0 : Math.min(minReviewMinutes, reviewHours * 60);
  return new Date(composedAt.getTime() + minutes * 60_000);
}
