import type { html } from 'hono/html';

/** Markup whose interpolated values are escaped already. */
export type Html = ReturnType<typeof html>;

const numbers = new Intl.NumberFormat('en-GB');

/** 90000 → "90,000". */
export const whole = (n: number) => numbers.format(n);

/** "1 error", "2 errors", "no errors". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n === 0 ? 'no' : whole(n)} ${n === 1 ? one : many}`;
}

export const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
