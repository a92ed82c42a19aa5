import { commandLine, type Refusal, refuse } from '../domain/refusal.ts';

export const noIssue = (week: string): Refusal =>
  refuse(`There is no issue for ${week}. Compose it with: ${commandLine(`compose --week ${week}`)}`);

export const heldMessage = (issue: { readonly week: string; readonly heldReason: string | null }) =>
  `Issue ${issue.week} is held: ${issue.heldReason} When that is fixed: ${commandLine(`resume --week ${issue.week}`)}`;
