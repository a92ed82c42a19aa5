import { type Fault, fault } from '../fault.ts';

const moves = 'src/domain/issue/moves.ts';
const outcomesFromAnyHold = {
  file: moves,
  search: "from: ['held: outcomes'],\n    to: 'sending',",
  replace: "from: anyHold,\n    to: 'sending',",
};

/** Against the table "Who decides". */
export const decisionFaults: readonly Fault[] = [
  {
    name: 'approve lifts a hold',
    edits: [
      {
        file: moves,
        search: "from: ['draft'],\n    to: 'approved',",
        replace: "from: ['draft', ...anyHold],\n    to: 'approved',",
      },
      {
        file: 'src/pipeline/compose/approve-issue.ts',
        search: "if (issue.status === 'held') return refused(waitForPerson(await heldMessage(tx, issue)));",
        replace: 'void heldMessage;',
      },
      {
        file: 'src/pipeline/compose/approve-issue.ts',
        search: "!['draft', 'approved'].includes(issue.status)",
        replace: "!['draft', 'approved', 'held'].includes(issue.status)",
      },
    ],
  },
  { name: 'resolving a batch lifts an editor’s hold', edits: [outcomesFromAnyHold] },
  {
    name: 'a known outcome lifts an editor’s hold',
    edits: [
      outcomesFromAnyHold,
      {
        file: 'src/pipeline/recover/reconcile-issue.ts',
        search: "if (issue?.heldKind !== 'outcomes') return;",
        replace: "if (issue?.status !== 'held') return;",
      },
    ],
  },
  {
    name: 'a hold for the provider’s answer ends by itself',
    edits: [
      { ...outcomesFromAnyHold, replace: "from: ['held: outcomes', 'held: provider'],\n    to: 'sending'," },
      {
        file: 'src/pipeline/recover/reconcile-issue.ts',
        search: "if (issue?.heldKind !== 'outcomes') return;",
        replace: "if (issue?.heldKind !== 'outcomes' && issue?.heldKind !== 'provider') return;",
      },
    ],
  },
  fault(
    'a hold for outcomes never ends by itself',
    moves,
    "from: ['held: outcomes'],\n    to: 'sending',",
    "from: ['missed'],\n    to: 'sending',",
  ),
  {
    name: 'a quota that ends resumes an editor’s pause',
    edits: [
      { file: moves, search: "from: ['paused: quota'],", replace: 'from: anyPause,' },
      {
        file: 'src/db/queries/issue/issues.ts',
        search: "and(eq(issues.pausedKind, 'quota'), lte(issues.resumeAt, now))",
        replace: "and(eq(issues.status, 'paused'), or(isNull(issues.resumeAt), lte(issues.resumeAt, now)))",
      },
    ],
  },
  fault(
    'a pause for a quota cannot be taken over',
    'src/pipeline/send/hold-pause-resume-cancel.ts',
    "issue.pausedKind === 'editor' ? 'already'",
    "issue.status === 'paused' ? 'already'",
  ),
  fault(
    'a pause for a quota ends at once',
    'src/db/queries/issue/issues.ts',
    "and(eq(issues.pausedKind, 'quota'), lte(issues.resumeAt, now))",
    "or(eq(issues.pausedKind, 'quota'), lte(issues.resumeAt, now))",
  ),
  fault(
    'a hold leaves a paused issue alone',
    moves,
    "from: ['draft', 'approved', 'sending', ...anyPause, ...anyHold],\n    to: 'held: editor',",
    "from: ['draft', 'approved', 'sending', ...anyHold],\n    to: 'held: editor',",
  ),
  fault(
    'a hold does not stop the claims',
    'src/db/queries/sending/claims.ts',
    "i.status = 'sending' or",
    "i.status in ('sending', 'held') or",
  ),
  fault(
    'a pause does not stop first attempts',
    'src/db/queries/sending/claims.ts',
    "i.status in ('paused', 'cancelled') and b.body_sha256 is not null",
    "i.status in ('paused', 'cancelled')",
  ),
  {
    name: 'a cancelled week is composed again by itself',
    edits: [
      {
        file: 'src/pipeline/schedule/run-slot.ts',
        search: "issue === null || issue.status === 'missed';",
        replace: "issue === null || issue.status === 'missed' || issue.status === 'cancelled';",
      },
      {
        file: 'src/pipeline/schedule/tick.ts',
        search: "(issue.frozenAt !== null || issue.status === 'cancelled')",
        replace: '(issue.frozenAt !== null)',
      },
    ],
  },
  fault(
    'under `required` the schedule approves',
    'src/pipeline/schedule/run-slot.ts',
    "if (issue.status === 'draft' && ctx.settings.approval === 'auto') {",
    "if (issue.status === 'draft') {",
  ),
];
