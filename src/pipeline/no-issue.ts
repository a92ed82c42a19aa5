import { commandLine, type Refusal, refuse } from '../domain/refusal.ts';

export const noIssue = (week: string): Refusal =>
  refuse(`There is no issue for ${week}. Make it with: ${commandLine(`compose --week ${week}`)}`);
