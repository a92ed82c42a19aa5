import { afterEach, expect, it } from 'vitest';
import type { PipelineEvent } from '../../../../src/domain/event.ts';
import { type ScheduledPipeline, scheduledPipeline } from '../../../support/pipeline/scheduled-pipeline.ts';

const composeTime = '2026-11-23T09:00:00Z';
const slot = '2026-11-24T09:00:00Z';
const steps = new Set<PipelineEvent['kind']>([
  ...(['composed', 'checked', 'approved', 'waiting', 'frozen'] as const),
  ...(['batch-answered', 'finished', 'skipped', 'missed', 'told'] as const),
]);

const scheduled: ScheduledPipeline = scheduledPipeline();
let seen: PipelineEvent[] = [];

/** Installs the pipeline, and collects the steps that it tells of from now on. */
async function install(settings: Parameters<ScheduledPipeline['install']>[0] = {}): Promise<void> {
  await scheduled.install(settings);
  scheduled.observe((event) => {
    if (steps.has(event.kind)) seen.push(event);
  });
}

afterEach(() => {
  seen = [];
});

const kinds = () => seen.map(({ kind }) => kind);

it('tells each step of a week once, however often the schedule looks', async () => {
  await install();
  await scheduled.run(
    composeTime,
    '2026-11-23T09:01:00Z',
    slot,
    '2026-11-24T09:01:00Z',
    '2026-11-24T09:02:00Z',
  );
  expect(kinds()).toEqual([
    ...['composed', 'told', 'checked', 'approved', 'frozen'],
    ...['batch-answered', 'finished', 'told'],
  ]);
  const week = '2026-W48';
  expect(seen).toMatchObject([
    { week, number: 1, comparisons: 2, by: 'schedule' },
    { week, notice: 'draft-ready', editors: 1 },
    { week, errors: 0, overridden: 0 },
    { week, by: 'schedule' },
    { week, audience: 3, by: 'schedule' },
    { week, submitted: 3 },
    { week },
    { week, notice: 'issue-sent', editors: 1 },
  ]);
});

it('tells that an issue waits once a day, and when it is missed', async () => {
  await install({ approval: 'required' });
  await scheduled.run(composeTime, slot, '2026-11-24T09:01:00Z', '2026-11-30T09:00:00Z');
  expect(kinds()).toEqual([
    ...['composed', 'told', 'waiting', 'told'],
    ...['missed', 'composed', 'told', 'told'],
  ]);
  const notices = seen.flatMap((event) => (event.kind === 'told' ? [event.notice] : []));
  expect(notices.slice(0, 2)).toEqual(['draft-ready', 'approval-reminder']);
  expect(notices.slice(2).toSorted()).toEqual(['draft-ready', 'issues-missed']);
});

it('tells that a slot is skipped once', async () => {
  await install({ minComparisons: 3 });
  await scheduled.run(composeTime, slot, '2026-11-24T09:01:00Z');
  const week = '2026-W48';
  expect(seen).toEqual([
    { kind: 'told', week, notice: 'too-few', editors: 1 },
    { kind: 'skipped', week, slot: '2026-11-24T09:00:00.000Z' },
    { kind: 'told', week, notice: 'issue-skipped', editors: 1 },
  ]);
});
