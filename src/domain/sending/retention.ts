/** Days after an issue is finished for which the provider's ids and the `sent` events are kept. */
export const idsKeptDays = 7;

/** Days after an issue is finished for which its routine events are kept by person; their totals stay. */
export const eventsKeptDays = 90;

/** Days for which bounces, complaints and other reports are kept. */
export const reportsKeptDays = 400;

/**
 * What was deleted, in rows. `events`: sent, delivered, delayed, opened, clicked. `reports`: bounces, complaints and other
 * events. `providerIds`: batches without their provider's ids from now on.
 */
export interface Pruned {
  readonly events: number;
  readonly providerIds: number;
  readonly reports: number;
  readonly deliveries: number;
}

export const nothingPruned: Pruned = { events: 0, providerIds: 0, reports: 0, deliveries: 0 };
