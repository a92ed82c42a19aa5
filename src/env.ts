import { z } from 'zod';
import { scheduleFault } from './domain/issue/schedule-fault.ts';

const absoluteUrl = z
  .url({ protocol: /^https?$/, error: 'expected an absolute http(s) URL' })
  .transform((url) => url.replace(/\/+$/, ''));

const textUpTo = (max: number) => z.string().max(max, { error: `expected at most ${max} characters` });

const timeZone = z.string().refine(isTimeZone, { error: 'expected an IANA time zone such as Europe/Berlin' });

const mailbox = z.string().regex(/^(?:[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/, {
  error: 'expected an address such as "Weekly Verdicts <news@example.com>"',
});

/** A token follows the part before the @, which may have 64 characters with it (RFC 5321). */
const leaveMailbox = z.string().regex(/^[A-Za-z0-9._-]{1,27}@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+$/, {
  error: 'expected an address such as leave@in.example.com, with at most 27 letters and digits before the @',
  abort: true,
});

const origin = z
  .url({ protocol: /^https?$/, error: 'expected origins such as https://verdicts.example.com' })
  .transform((url) => new URL(url).origin);

const commaSeparated = z.string().transform((list) =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

const roles = ['web', 'scheduler', 'worker'] as const;

const rolesExpected = `expected some of ${roles.join(', ')}`;

/** What a process does. Processes may share the roles or divide them. */
export type Role = (typeof roles)[number];

/** Every setting, with its default. .env.example explains them. */
const schema = z.object({
  DATABASE_URL: z
    .string()
    .refine((url) => /^postgres(ql)?:\/\/./.test(url) && URL.canParse(url.replaceAll(' ', '%20')), {
      error: 'expected postgres://user:password@host/database, with special characters percent-encoded',
    })
    .optional(),
  DATA_DIR: z
    .string()
    .regex(/^[^\0\r\n]*$/, { error: 'expected a path without line breaks' })
    .default('.data'),
  NEWSLETTER_NAME: textUpTo(100).default('Weekly AI Tool Verdicts'),
  MAIL_FROM: mailbox.default('Weekly AI Tool Verdicts <verdicts@newsletter.example>'),
  MAIL_REPLY_TO: mailbox.optional(),
  UNSUBSCRIBE_MAILBOX: leaveMailbox.optional(),
  POSTAL_ADDRESS: textUpTo(300).optional(),
  PUBLIC_URL: absoluteUrl.optional(),
  SITE_URL: absoluteUrl.optional(),
  PRIVACY_URL: absoluteUrl.optional(),
  SIGNUP_ORIGINS: commaSeparated.pipe(z.array(origin)).default([]),
  CONFIRMATIONS_PER_HOUR: wholeNumber(10, 1_000_000).default(500),
  RETENTION_DAYS: wholeNumber(1, 3_650).default(365),
  DELIVERY_RETENTION_DAYS: wholeNumber(90, 3_650).default(400),
  TRUST_PROXY: wholeNumber(0, 9).default(0),
  APP_SECRET: z.string().min(32, { error: 'expected at least 32 characters' }).optional(),
  TIMEZONE: timeZone.default('UTC'),
  APPROVAL: z.enum(['auto', 'required'], { error: 'expected auto or required' }).default('auto'),
  MIN_COMPARISONS: wholeNumber(1, 50).default(1),
  MAX_COMPARISONS: wholeNumber(1, 50).default(12),
  MAX_PRICE_AGE_DAYS: wholeNumber(1, 3650).default(45),
  EDITOR_EMAILS: commaSeparated.pipe(z.array(mailbox)).default([]),
  SEND_SCHEDULE: z
    .string()
    .superRefine((cron, check) => {
      const message = scheduleFault(cron);
      if (message !== null) check.addIssue({ code: 'custom', message });
    })
    .default('0 9 * * 2'),
  REVIEW_HOURS: wholeNumber(0, 24 * 7).default(24),
  MIN_REVIEW_MINUTES: wholeNumber(0, 24 * 60).default(60),
  RESEND_API_KEY: z.string().optional(),
  RESEND_BASE_URL: absoluteUrl.default('https://api.resend.com'),
  RESEND_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_(?:[A-Za-z0-9+/]{4}){4,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, {
      error: 'expected whsec_ and what follows it, as Resend shows it',
    })
    .optional(),
  RESEND_DELIVERY: z.enum(['inline', 'template'], { error: 'expected inline or template' }).default('inline'),
  RESEND_RATE: wholeNumber(1, 1_000).default(10),
  ROLES: commaSeparated
    .pipe(z.array(z.enum(roles, { error: rolesExpected })).min(1, { error: rolesExpected }))
    .default([...roles]),
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(3000),
  PREVIEW_PORT: wholeNumber(0, 65_535).default(3001),
  METRICS_TOKEN: z.string().min(16, { error: 'expected at least 16 characters' }).optional(),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], {
      error: 'expected debug, info, warn, error or silent',
    })
    .default('info'),
});

/** Without the secret, nobody who leaves by mail would leave. */
const whole = schema.refine(
  ({ UNSUBSCRIBE_MAILBOX, RESEND_WEBHOOK_SECRET }) =>
    UNSUBSCRIBE_MAILBOX === undefined || RESEND_WEBHOOK_SECRET !== undefined,
  {
    path: ['UNSUBSCRIBE_MAILBOX'],
    error: 'needs RESEND_WEBHOOK_SECRET, since mail to it is reported by webhook',
  },
);

export type Env = Omit<z.output<typeof schema>, 'PUBLIC_URL'> & { readonly PUBLIC_URL: string };

/** Every name that a deployment may set. */
export const envNames = Object.keys(schema.shape);

export class EnvironmentError extends Error {}

/**
 * Parses the environment once, at start; an empty value counts as unset. Throws one EnvironmentError that names every
 * faulty variable but no value, since values may be secrets.
 */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const set = Object.fromEntries(
    envNames.map((name) => [name, source[name]]).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = whole.safeParse(set);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`);
    throw new EnvironmentError(
      `The environment is wrong: ${[...new Set(faults)].join('; ')}. See .env.example.`,
    );
  }
  return { ...parsed.data, PUBLIC_URL: parsed.data.PUBLIC_URL ?? `http://localhost:${parsed.data.PORT}` };
}

function wholeNumber(min: number, max: number) {
  const error = `expected a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, { error })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }));
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

/** Whether this process was started by an npm script. */
export const startedByNpm = () => process.env.npm_lifecycle_event !== undefined;
