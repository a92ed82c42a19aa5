import { type Fault, fault } from '../fault.ts';

/** Against "each comparison once, and none lost", and against what the site changed meanwhile. */
export const contentFaults: readonly Fault[] = [
  fault(
    'a comparison taken twice',
    'src/pipeline/compose/compose-issue.ts',
    'await setComparisons(tx, issue.id, comparisonIds);',
    'await setComparisons(tx, issue.id, comparisonIds.slice(1));',
  ),
  fault(
    'a missed issue keeps its comparisons',
    'src/pipeline/schedule/close-missed.ts',
    'await releaseComparisons(tx, issue.id);',
    'void releaseComparisons;',
  ),
  fault(
    'a cancelled issue keeps its comparisons',
    'src/pipeline/send/hold-pause-resume-cancel.ts',
    'await releaseComparisons(tx, issue.id);',
    'void releaseComparisons;',
  ),
  fault(
    'old after a week',
    'src/pipeline/compose/select-candidates.ts',
    'const maxAgeDays = 28;',
    'const maxAgeDays = 6;',
  ),
  fault(
    'an issue leaves out one comparison too many',
    'src/domain/issue/issue.ts',
    '.slice(0, max)',
    '.slice(0, Math.max(1, Math.min(max, candidates.length - 1)))',
  ),
  fault(
    'a changed price goes unnoticed',
    'src/domain/comparison/changes.ts',
    '...difference(`entry price of ${name}`, taken.entryPrice, current.entryPrice),',
    '',
  ),
  fault(
    'a retracted comparison goes out',
    'src/domain/comparison/changes.ts',
    "if (isPublishedAnew && published > now.getTime()) return retracted('it is no longer published');",
    'if (isPublishedAnew && published > now.getTime()) return null;',
  ),
];
