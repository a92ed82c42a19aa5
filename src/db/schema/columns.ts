import { timestamp } from 'drizzle-orm/pg-core';

/** A point in time, as a JavaScript Date. */
export const instant = () => timestamp({ withTimezone: true, mode: 'date' });
