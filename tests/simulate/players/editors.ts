import { approveIssue } from '../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../src/pipeline/compose/compose-issue.ts';
import { editIssue } from '../../../src/pipeline/compose/edit-issue.ts';
import { reconcileIssue } from '../../../src/pipeline/recover/reconcile-issue.ts';
import { reopenMissing } from '../../../src/pipeline/recover/reopen-missing.ts';
import { resolveBatch } from '../../../src/pipeline/recover/resolve-batch.ts';
import { runWeek } from '../../../src/pipeline/schedule/run-week.ts';
import {
  cancelIssue,
  holdIssue,
  pauseIssue,
  resumeIssue,
} from '../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { sendIssue } from '../../../src/pipeline/send/send-issue.ts';
import { timesBetween, weekOf } from '../model/calendar.ts';
import { dayMs, hourMs, minuteMs } from '../world/time.ts';
import type { World } from '../world/world.ts';

interface Seen {
  readonly id: string;
  readonly week: string;
  readonly status: string;
  readonly held_kind: string | null;
  readonly frozen: boolean;
  readonly slugs: readonly string[];
}

const by = 'Ada';

/** What an editor may do with an issue in each state, and how likely. */
const habits: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  draft: { approve: 8, edit: 5, hold: 5, compose: 2, cancel: 0.6, send: 0.5, nothing: 3 },
  approved: { send: 1.5, edit: 2, hold: 2, cancel: 0.3, approve: 1, nothing: 6 },
  'held before': { resume: 6, approve: 8, edit: 2, compose: 1, cancel: 0.5, send: 1, nothing: 3 },
  sending: { pause: 4, hold: 3, cancel: 0.5, resume: 1, send: 2, nothing: 3 },
  paused: { resume: 4, hold: 3, pause: 3, cancel: 0.4, send: 2, nothing: 3 },
  'held after': { settle: 8, resume: 3, approve: 1, cancel: 0.5, hold: 4, nothing: 2 },
  sent: { missing: 1, compose: 0.5, cancel: 0.3, nothing: 3 },
  cancelled: { compose: 1, resume: 0.5, nothing: 4 },
  missed: { compose: 2, cancel: 0.3, nothing: 3 },
};

/** Editors, who may be away for weeks. */
export function planEditors(world: World, from: number, until: number): void {
  const { random, agenda } = world;
  const mood = random.weighted({ away: 2, busy: 4, meddling: 3 });
  const count = mood === 'away' ? 0 : mood === 'busy' ? random.int(1, 4) : random.int(5, 12);
  for (let n = 0; n < count; n += 1)
    agenda.add(random.between(from, until), 'an editor looks in', () => lookIn(world));
  // Under `required` nothing goes out without them.
  const { conditions } = world.program;
  for (const slot of timesBetween(conditions.at, from, until)) {
    if (mood !== 'away' && random.chance(0.6))
      agenda.add(slot + random.between(0.2, 20) * hourMs, 'an editor looks in', () => lookIn(world));
    const at = slot - random.between(0.1, conditions.reviewHours) * hourMs;
    if (at > from && random.chance(0.7)) agenda.add(at, 'an editor approves', () => approveComing(world));
  }
  agenda.add(until - random.between(0, 2) * dayMs, 'an editor tidies up', () => tidyUp(world));
}

/** What an editor does while a request is under way. */
export async function interrupt(world: World, week: string): Promise<void> {
  const verb = world.random.weighted({ pause: 3, hold: 3, cancel: 0.3 });
  await decide(world, week, verb);
}

async function readIssues(world: World): Promise<Seen[]> {
  return world.database.look<Seen>(
    `select i.id::text, i.week, i.status, i.held_kind, i.frozen_at is not null as frozen,
       array(select c.slug from issue_comparisons ic join comparisons c on c.id = ic.comparison_id
         where ic.issue_id = i.id and ic.active order by ic.position) as slugs
     from issues i order by i.week desc limit 4`,
  );
}

export async function lookIn(world: World): Promise<void> {
  const { random } = world;
  const issues = await readIssues(world);
  if (issues.length === 0 || random.chance(0.12)) return composeSomeWeek(world);
  // What is on its way draws the eye.
  const onTheirWay = issues.filter(
    ({ frozen, status }) => frozen && ['sending', 'paused', 'held'].includes(status),
  );
  const issue = random.pick(onTheirWay.length > 0 && random.chance(0.6) ? onTheirWay : issues);
  const state = issue.status === 'held' ? (issue.frozen ? 'held after' : 'held before') : issue.status;
  await act(world, issue, random.weighted(habits[state] as Record<string, number>));
}

async function act(world: World, issue: Seen, verb: string): Promise<void> {
  const { week } = issue;
  if (verb === 'approve') return approve(world, issue);
  if (verb === 'edit') return edit(world, issue);
  if (verb === 'compose') return compose(world, week);
  if (verb === 'send') return send(world, week);
  if (verb === 'settle') return settle(world, issue);
  if (verb === 'missing') return sendToMissing(world, issue);
  if (verb === 'hold' || verb === 'pause' || verb === 'resume' || verb === 'cancel')
    return decide(world, week, verb);
}

type Verb = 'hold' | 'pause' | 'resume' | 'cancel';

/** From where each decision is always possible. */
const possible: Readonly<Record<Verb, readonly string[]>> = {
  hold: ['draft', 'approved', 'sending', 'paused', 'held'],
  pause: ['sending', 'paused'],
  resume: ['held', 'paused'],
  cancel: ['draft', 'approved', 'sending', 'paused', 'held'],
};

async function decide(world: World, week: string, verb: Verb): Promise<void> {
  const { program, model, database } = world;
  const verbs = { hold: holdIssue, pause: pauseIssue, resume: resumeIssue, cancel: cancelIssue };
  const [before] = await database.look<{ status: string }>('select status from issues where week = $1', [
    week,
  ]);
  const result = await verbs[verb](program.ctx, week, { by, reason: 'an editor said so' });
  if (result.ok) model.did(week, verb);
  else if (before !== undefined && possible[verb].includes(before.status))
    model.complain(`an editor could not ${verb} issue ${week}, which was ${before.status}`);
}

async function approve(world: World, issue: Seen): Promise<void> {
  const result = await approveIssue(world.program.ctx, issue.week, { by });
  if (!result.ok) return;
  if (issue.status === 'held') world.model.complain(`issue ${issue.week} was approved although it is held`);
  if (!result.already) await world.model.approved(issue.week);
}

async function edit(world: World, issue: Seen): Promise<void> {
  const { random, model } = world;
  const [first = ''] = issue.slugs;
  const kind = random.weighted({ intro: 3, subject: 2, drop: issue.slugs.length > 1 ? 2 : 0, order: 1 });
  const tool = model.site.find(first)?.tools[0].name ?? 'nothing';
  const edits = {
    intro: { intro: random.chance(0.5) ? `This week: ${tool}.` : 'A quiet week.' },
    subject: { subject: `A word on ${random.chance(0.5) ? tool : 'the week'} ${random.int(1, 99)}` },
    drop: { drop: [random.pick(issue.slugs.length > 0 ? issue.slugs : [''])] },
    order: { order: issue.slugs.toReversed().slice(0, 2) },
  }[kind];
  const result = await editIssue(world.program.ctx, issue.week, edits, by);
  if (!result.ok) return;
  model.did(issue.week, 'edit');
  if ('drop' in edits) model.comparisons.dropped(issue.week, edits.drop);
}

async function compose(world: World, week: string): Promise<void> {
  const result = await composeIssue(world.program.ctx, week, { by });
  if (result.ok && result.kind === 'composed') world.model.did(week, 'compose');
}

/** This week's or one of the next two, as the command allows. */
async function composeSomeWeek(world: World): Promise<void> {
  const { random, time, program, model } = world;
  const { timeZone } = program.conditions.at;
  const week = weekOf(time.machine + random.int(0, 2) * 7 * dayMs, timeZone);
  if (random.chance(0.6)) return compose(world, week);
  const { ctx, signal } = program.session();
  const current = weekOf(time.machine, timeZone);
  model.did(current, 'send');
  const result = await runWeek(ctx, current, by, { signal });
  if (result.ok && result.kind === 'sent') model.note(`weekly ${current}`);
}

async function send(world: World, week: string): Promise<void> {
  const { ctx, signal } = world.program.session();
  const result = await sendIssue(ctx, week, by, { signal });
  if (result.ok) world.model.did(week, 'send');
}

async function approveComing(world: World): Promise<void> {
  const draft = (await readIssues(world)).find(({ status }) => status === 'draft');
  if (draft !== undefined) await approve(world, draft);
}

/** Asks the provider, and settles by hand what it does not know. */
async function settle(world: World, { id, week, frozen }: Seen): Promise<void> {
  const { program, provider, database, model } = world;
  if (!frozen) return;
  const { ctx, signal } = program.session();
  const result = await reconcileIssue(ctx, week, { which: 'unanswered', signal });
  if (!result.ok) return;
  model.did(week, 'reconcile');
  const left = await database.look<{ no: string; members: number }>(
    `select no::text, count - skipped as members from batches where issue_id = $1 and status in ('unknown', 'held') order by no`,
    [id],
  );
  for (const { no, members } of left) {
    const known = provider.acceptedOf(id, no).length;
    if (known > 0 && known < members) continue;
    const as = known > 0 ? 'submitted' : 'not-sent';
    const resolved = await resolveBatch(ctx, week, Number(no), { as, by, reason: 'looked it up' });
    if (!resolved.ok) continue;
    model.did(week, 'resolve');
    if (as === 'submitted') model.resolved(id, no);
  }
}

async function sendToMissing(world: World, { id, week }: Seen): Promise<void> {
  const result = await reopenMissing(world.program.ctx, week, by);
  if (!result.ok || result.missing.length === 0) return;
  world.model.did(week, 'send to missing');
  world.model.reopened(id);
}

/** Looks after everything that waits for a person since it was frozen. */
export async function tidyUp(world: World): Promise<void> {
  const { database, random, agenda, time, isCalm } = world;
  const waiting = await database.look<Seen>(
    `select id::text, week, status, held_kind, true as frozen, array[]::text[] as slugs from issues
     where frozen_at is not null and status in ('held', 'paused') order by week`,
  );
  for (const issue of waiting) {
    if (!isCalm && random.chance(0.3)) continue;
    if (!isCalm && random.chance(0.06)) {
      await decide(world, issue.week, 'cancel');
      continue;
    }
    await settle(world, issue);
    // An hour later, so that what settling alone does can be seen.
    const verb = !isCalm && random.chance(0.1) ? 'cancel' : 'resume';
    agenda.add(time.now + random.between(5, 90) * minuteMs, `an editor says ${verb}`, () =>
      decide(world, issue.week, verb),
    );
  }
}
