import { type SQL, sql } from 'drizzle-orm';

/**
 * A column as an ISO instant in UTC, with milliseconds; null where it is null. `infinity` stays as it is, for
 * the parser to refuse: to_char would make it null.
 */
export const isoInstant = (column: SQL) =>
  sql`case when isfinite(${column}) then to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') else ${column}::text end`;
