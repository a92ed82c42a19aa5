import { describe, expect, it } from 'vitest';
import { printSent } from '../../../../../src/cli/commands/sending/report-sent.ts';
import type { CommandContext } from '../../../../../src/cli/run.ts';
import { totalsOf } from '../../../../../src/domain/sending/mail-event.ts';
import type { IssueStatusReport } from '../../../../../src/pipeline/report/issue-status.ts';

const stopped: IssueStatusReport = {
  ...{
    week: '2026-W48',
    number: 1,
    subject: 'Ship it',
    comparisons: 1,
    changedAtSite: [],
    wouldReach: null,
    waiting: [],
    trouble: null,
    templateError: null,
  },
  ...{ audience: 3, submitted: 0, skipped: 0, rejected: 0, cancelled: 0, unknown: 0, held: 0, pending: 3 },
  ...totalsOf({}),
  ...{ balances: true, status: 'held', heldReason: 'Disk full.', heldKind: 'provider', pausedKind: null },
  ...{ slot: '2026-11-24T09:00:00.000Z', decisions: [] },
  pruned: { providerIds: null, events: null, deliveries: null, unfinished: false },
};

function printed(after: IssueStatusReport) {
  const lines: string[] = [];
  const out = { json: false, print: (line: string) => lines.push(line), warn: () => {}, document: () => {} };
  const app = { mailer: { provider: 'outbox' }, dataDir: '/data', settings: { timeZone: 'UTC' } };
  const code = printSent({ app, out } as unknown as CommandContext, 0, after);
  return { code, text: lines.join('\n') };
}

describe('a send that did not finish', () => {
  it('waits for a person when the issue is held, and says why and how to continue', () => {
    const { code, text } = printed(stopped);
    expect(code).toBe(3);
    expect(text).toContain('Held: Disk full.');
    expect(text).toContain('Once that is fixed: npm run -s verdicts -- resume --week 2026-W48');
  });

  it('waits for a person when the issue is paused', () => {
    const { code, text } = printed({
      ...stopped,
      status: 'paused',
      pausedKind: 'editor',
      heldReason: null,
      heldKind: null,
    });
    expect(code).toBe(3);
    expect(text).toContain('Continue with: npm run -s verdicts -- resume --week 2026-W48');
  });

  it('names no outbox file before there is one', () => {
    expect(printed(stopped).text).not.toContain('Read it:');
    expect(printed({ ...stopped, submitted: 1, pending: 2 }).text).toContain(
      '/data/outbox/2026-W48/preview.html',
    );
  });
});
