import type { Settings } from '../../../src/pipeline/context.ts';
import { settings } from '../../support/pipeline/settings.ts';
import type { Random } from './random.ts';

/** A weekly time: what SEND_SCHEDULE and TIMEZONE say, in numbers for the model. */
export interface WeeklyTime {
  /** 1 for Monday to 7 for Sunday. */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly timeZone: string;
}

/** What the operator has set; the settings of the program follow from it. */
export interface Conditions {
  readonly at: WeeklyTime;
  readonly approval: 'auto' | 'required';
  readonly reviewHours: number;
  readonly minReviewMinutes: number;
  readonly minComparisons: number;
  readonly maxComparisons: number;
  readonly editors: readonly string[];
  readonly mode: 'inline' | 'template';
  readonly deliveryRetentionDays: number;
}

/** With daylight saving in both hemispheres, of an hour and of half an hour, and without. */
const timeZones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Pacific/Auckland',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
] as const;

/** Also hours that daylight saving skips or repeats, on Sundays. */
export function someTime(random: Random): WeeklyTime {
  const isAtNight = random.chance(0.3);
  return {
    day: isAtNight ? 7 : random.int(1, 7),
    hour: isAtNight ? random.int(0, 3) : random.int(0, 23),
    minute: random.pick([0, 15, 30, 45]),
    timeZone: random.pick(timeZones),
  };
}

export function someConditions(random: Random): Conditions {
  return {
    at: someTime(random),
    approval: random.chance(0.6) ? 'auto' : 'required',
    reviewHours: random.pick([2, 24, 48]),
    minReviewMinutes: random.pick([0, 60, 60, 180]),
    minComparisons: random.pick([1, 1, 2]),
    maxComparisons: random.pick([3, 6, 12]),
    editors: ['ada@desk.example', 'grace@desk.example'].slice(0, random.pick([1, 1, 2])),
    mode: random.pick(['inline', 'template']),
    deliveryRetentionDays: random.pick([90, 400]),
  };
}

/** As few as make people leave, be forgotten and come back within half a year. */
export const retentionDays = 2;

export const settingsOf = (conditions: Conditions): Settings => ({
  ...settings,
  schedule: { cron: cronOf(conditions.at), timeZone: conditions.at.timeZone },
  timeZone: conditions.at.timeZone,
  approval: conditions.approval,
  reviewHours: conditions.reviewHours,
  minReviewMinutes: conditions.minReviewMinutes,
  minComparisons: conditions.minComparisons,
  maxComparisons: conditions.maxComparisons,
  editorEmails: conditions.editors,
  mode: conditions.mode,
  deliveryRetentionDays: conditions.deliveryRetentionDays,
  retentionDays,
  maxPriceAgeDays: 10_000,
});

const cronOf = ({ day, hour, minute }: WeeklyTime) => `${minute} ${hour} * * ${day % 7}`;
