import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finished } from '../support/cli.ts';
import { type Installation, install, statusOf } from '../support/installation.ts';
import { countByAddress, readOutbox } from '../support/mail/read-outbox.ts';

/** A Friday; the slot of its week, 2026-W48, was on Tuesday. */
const friday = Date.parse('2026-11-27T12:00:00Z');
/** The slot of 2026-W49. */
const slot = Date.parse('2026-12-01T09:00:00Z');
const week = '2026-W49';
const readers = 3;
const minute = 60_000;
const hour = 60 * minute;
const slow = { timeout: 300_000 };

const env = { PORT: '0', PREVIEW_PORT: '0', MAX_COMPARISONS: '2', EDITOR_EMAILS: 'editor@desk.example' };

interface Installed extends Installation {
  /** Runs a command at an instant. */
  readonly at: (instant: number, ...args: string[]) => Promise<Finished>;
}

/** With `ticked`, the schedule has begun on the Friday. */
async function installed({ ticked = true } = {}): Promise<Installed> {
  const installation = await install(readers, new Date(friday - 48 * hour));
  const folder: Installed = {
    ...installation,
    at: (instant, ...args) =>
      installation.cli.run([...args, '--now', new Date(instant).toISOString()], { env }),
  };
  if (ticked) await serve(folder, friday);
  return folder;
}

/** Runs `npm start` with its clock at an instant until the schedule has ticked there, and something holds. */
async function serve(
  { cli, database }: Installed,
  instant: number,
  {
    settings = {},
    until = async () => true,
  }: {
    settings?: Readonly<Record<string, string>>;
    until?: () => Promise<boolean>;
  } = {},
): Promise<void> {
  const running = cli.begin(['start', '--now', new Date(instant).toISOString()], {
    env: { ...env, ...settings },
  });
  const hasTicked = async () => {
    const { rows } = await database.pool.query('select last_tick from ticks');
    return rows[0]?.last_tick >= new Date(instant);
  };
  while (!(await hasTicked()) || !(await until())) {
    const ended = await Promise.race([running.finished, delay(100)]);
    if (ended) throw new Error(`it ended: ${ended.stderr}`);
  }
  // What the tick has asked for is done by jobs, which are polled.
  await delay(4_000);
  running.stop();
  expect(await running.finished).toMatchObject({ code: 0 });
}

async function mailsOf({ cli }: Installed, of = week): Promise<number[]> {
  const mails = await readOutbox(join(cli.dataDir, 'outbox', of)).catch(() => []);
  return [...countByAddress(mails).values()];
}

describe.concurrent('weeks', () => {
  describe('a compose on a Friday', () => {
    let folder: Installed;
    beforeAll(async () => {
      folder = await installed();
    }, slow.timeout);
    afterAll(() => folder.close());

    it('is next Tuesday’s and says so, and Tuesday’s slot sends it', slow, async () => {
      const composed = await folder.at(friday, 'compose', '--json', '--by', 'Ada');
      expect(composed.code, composed.stderr).toBe(0);
      expect(JSON.parse(composed.stdout)).toMatchObject({ week, composed: true });
      expect(composed.stderr).toContain('2026-W49, goes out Tuesday 1 December 2026, 09:00 UTC');
      const checked = await folder.at(friday, 'check');
      expect(checked.stdout).toMatch(/^2026-W49, goes out Tuesday 1 December 2026, 09:00 UTC\n/);
      await serve(folder, slot - 2 * minute);
      expect(await mailsOf(folder)).toEqual([]);
      await serve(folder, slot + minute, { until: async () => (await statusOf(folder, week)) === 'sent' });
      expect(await mailsOf(folder)).toEqual([1, 1, 1]);
      const listed = await folder.cli.json<{ issues: unknown[] }>(['issues']);
      expect(listed.issues).toMatchObject([
        { week, number: 1, status: 'sent', approvedBy: 'schedule', audience: readers, submitted: readers },
      ]);
      const shown = await folder.cli.json<{ decisions: { who: string; what: string }[] }>([
        ...['issues', 'show', week],
      ]);
      expect(shown.decisions.map(({ who, what }) => `${what} by ${who}`)).toEqual([
        ...['sent by pipeline', 'frozen by schedule', 'approved by schedule', 'composed by Ada'],
      ]);
    });
  });

  describe('hold, then approve', () => {
    let folder: Installed;
    beforeAll(async () => {
      folder = await installed();
    }, slow.timeout);
    afterAll(() => folder.close());

    it('is refused with exit 3 and the reason, and still held after the slot', slow, async () => {
      expect((await folder.at(friday, 'compose')).code).toBe(0);
      const held = await folder.at(friday, 'hold', '--by', 'Grace', '--reason', 'wrong price in the lead');
      expect(held).toMatchObject({ code: 0 });
      const approved = await folder.at(friday, 'approve', '--by', 'Ada');
      expect(approved.code).toBe(3);
      expect(approved.stderr).toMatch(/2026-W49 is held.*wrong price in the lead.*resume --week 2026-W49/);
      await serve(folder, slot + minute);
      expect(await statusOf(folder, week)).toBe('held');
      expect(await mailsOf(folder)).toEqual([]);
      const status = await folder.at(slot + hour, 'status', '--json');
      expect(status.code).toBe(3);
      expect(JSON.parse(status.stdout)).toMatchObject({
        ...{ week, status: 'held', heldKind: 'editor', heldReason: 'wrong price in the lead' },
        decisions: [{ who: 'Grace', what: 'held', reason: 'wrong price in the lead' }, { what: 'composed' }],
      });
    });
  });

  describe('a schedule that is moved after the draft', () => {
    let folder: Installed;
    beforeAll(async () => {
      folder = await installed();
    }, slow.timeout);
    afterAll(() => folder.close());

    it('sends nothing at the old time, and the draft at the new', slow, async () => {
      expect((await folder.at(friday, 'compose')).code).toBe(0);
      const settings = { SEND_SCHEDULE: '0 9 * * 4' };
      await serve(folder, slot + minute, { settings });
      expect(await statusOf(folder, week)).toBe('draft');
      expect(await mailsOf(folder)).toEqual([]);
      await serve(folder, slot + 48 * hour + minute, {
        settings,
        until: async () => (await statusOf(folder, week)) === 'sent',
      });
      expect(await mailsOf(folder)).toEqual([1, 1, 1]);
    });
  });

  describe('weekly', () => {
    let folder: Installed;
    beforeAll(async () => {
      folder = await installed({ ticked: false });
    }, slow.timeout);
    afterAll(() => folder.close());

    it('fired twice by a cron sends once, and the second time touches nothing', slow, async () => {
      const first = await folder.at(friday, 'weekly', '--json');
      expect(JSON.parse(first.stdout)).toMatchObject({ week: '2026-W48', status: 'sent', submittedNow: 3 });
      const tables = async () => {
        const { rows } = await folder.database.pool.query(
          `select (select json_agg(i order by id) from issues i) as issues,
          (select count(*)::int from issue_log) as decisions, (select json_agg(s) from slots s) as slots`,
        );
        return rows;
      };
      const before = await tables();
      const second = await folder.at(friday + hour, 'weekly');
      expect(second).toMatchObject({ code: 0 });
      expect(second.stdout).toContain('Issue 2026-W48 is already sent. Nothing to do.');
      expect(await tables()).toEqual(before);
      expect(await mailsOf(folder, '2026-W48')).toEqual([1, 1, 1]);

      // The coming issue is not composed yet, so that a send can only mean the one that was sent.
      const again = await folder.at(friday + hour, 'send');
      expect(again).toMatchObject({ code: 0 });
      expect(again.stdout).toMatch(/Issue 2026-W48 .*: sent[\s\S]*Submitted in this run: 0\./);
    });
  });

  describe('a week far from now', () => {
    let folder: Installed;
    beforeAll(async () => {
      folder = await installed({ ticked: false });
    }, slow.timeout);
    afterAll(() => folder.close());

    it('is refused by weekly and compose, unless --any-week is given', slow, async () => {
      for (const command of ['weekly', 'compose']) {
        const far = await folder.at(friday, command, '--week', '2027-W10');
        expect(far.code).toBe(2);
        expect(far.stderr).toMatch(/2027-W10 has no issue.*2026-W48, 2026-W49, 2026-W50.*--any-week/);
      }
      expect(await statusOf(folder, '2027-W10')).toBeUndefined();
      const any = await folder.at(friday, 'compose', '--week', '2027-W10', '--any-week', '--json');
      expect(JSON.parse(any.stdout)).toMatchObject({ week: '2027-W10', composed: true });
    });
  });
});
