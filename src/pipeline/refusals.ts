import type { HoldKind } from '../domain/issue/moves.ts';
import { commandLine, type Refusal, refuse } from '../domain/refusal.ts';

export const noIssue = (week: string): Refusal =>
  refuse(`There is no issue for ${week}. Compose it with: ${commandLine(`compose --week ${week}`)}`);

/** Why an issue is held, and how it goes on. */
export function heldMessage({ week, heldKind, heldReason }: HeldIssue): string {
  const resume = commandLine(`resume --week ${week}`);
  const reason = heldReason !== null && /[.!?…]$/.test(heldReason) ? heldReason : `${heldReason}.`;
  return heldKind === 'editor'
    ? `Issue ${week} is held by an editor: ${reason} Lift the hold with: ${resume}`
    : `Issue ${week} is held: ${reason} When that is fixed: ${resume}`;
}

interface HeldIssue {
  readonly week: string;
  readonly heldKind: HoldKind | null;
  readonly heldReason: string | null;
}
