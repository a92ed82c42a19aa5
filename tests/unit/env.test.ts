import { readFileSync } from 'node:fs';
import { parseEnv as parseDotEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { EnvironmentError, envNames, parseEnv } from '../../src/env.ts';

const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
const uncommented = example.replace(/^#(?=[A-Z_]+=)/gm, '');

describe('.env.example', () => {
  it('names every setting and nothing else', () => {
    expect(Object.keys(parseDotEnv(uncommented)).toSorted()).toEqual(envNames.toSorted());
  });

  it('says what each is for and its default', () => {
    for (const [, comment, name] of example.matchAll(/((?:^# .*\n)*)^#([A-Z_]+)=/gm)) {
      expect(comment, name).toMatch(/Default: /);
    }
  });

  it('contains valid examples', () => {
    expect(() => parseEnv(parseDotEnv(uncommented))).not.toThrow();
  });

  it('changes nothing when copied unedited', () => {
    expect(parseEnv(parseDotEnv(example))).toEqual(parseEnv({}));
  });
});

describe('the environment', () => {
  it.each([
    ['DATABASE_URL', 'mysql://secret-value'],
    ['DATABASE_URL', 'http://secret-value'],
    ['DATABASE_URL', 'postgres://'],
    ['DATABASE_URL', 'postgres://u:secret-value@host:99999/db'],
    ['DATABASE_URL', 'postgres://u:secret/value#@host/db'],
    ['NEWSLETTER_NAME', 'secret-value'.repeat(10)],
    ['MAIL_FROM', 'secret-value'],
    ['MAIL_FROM', 'A <a@b.dev>\r\nBcc: secret-value@b.dev'],
    ['MAIL_REPLY_TO', 'secret-value'],
    ['UNSUBSCRIBE_MAILBOX', 'secret-value'],
    ['UNSUBSCRIBE_MAILBOX', `${'secret-value'.repeat(3)}@in.example.com`],
    ['UNSUBSCRIBE_MAILBOX', 'secret+value@in.example.com'],
    ['POSTAL_ADDRESS', 'secret-value'.repeat(30)],
    ['PUBLIC_URL', 'secret-value.example'],
    ['PUBLIC_URL', 'ftp://secret-value.example'],
    ['SITE_URL', 'secret-value'],
    ['TIMEZONE', 'Mars/secret-value'],
    ['APPROVAL', 'secret-value'],
    ['MAX_COMPARISONS', '0'],
    ['MAX_COMPARISONS', '12.5'],
    ['MAX_COMPARISONS', '99999999999999999999'],
    ['MAX_PRICE_AGE_DAYS', 'secret-value'],
    ['EDITOR_EMAILS', 'ada@b.dev, secret-value'],
    ['SEND_SCHEDULE', 'secret-value'],
    ['REVIEW_HOURS', '-1'],
    ['MIN_REVIEW_MINUTES', '1441'],
    ['MIN_COMPARISONS', '0'],
    ['RESEND_WEBHOOK_SECRET', 'secret-value'],
    ['RESEND_WEBHOOK_SECRET', 'whsec_secret-value-secret-value'],
    ['RESEND_DELIVERY', 'secret-value'],
    ['RESEND_RATE', '0'],
    ['ROLES', 'web,secret-value'],
    ['ROLES', ','],
    ['PORT', '65536'],
    ['METRICS_TOKEN', 'short'],
    ['LOG_LEVEL', 'secret-value'],
  ])('names a wrong %s but not its value: %s', (name, value) => {
    const message = faultOf({ [name]: value });
    expect(message).toMatch(
      new RegExp(`^The environment is wrong: ${name}: expected [^;]+\\. See \\.env\\.example\\.$`),
    );
    expect(message).not.toContain('secret');
  });

  it('wants the webhook secret beside a mailbox for leaving, whose mail is reported by webhook', () => {
    const UNSUBSCRIBE_MAILBOX = 'leave@in.example.com';
    expect(faultOf({ UNSUBSCRIBE_MAILBOX })).toContain('UNSUBSCRIBE_MAILBOX: needs RESEND_WEBHOOK_SECRET');
    const RESEND_WEBHOOK_SECRET = `whsec_${Buffer.from('a secret for tests alone').toString('base64')}`;
    expect(parseEnv({ UNSUBSCRIBE_MAILBOX, RESEND_WEBHOOK_SECRET })).toMatchObject({ UNSUBSCRIBE_MAILBOX });
  });

  it('reports all faults at once', () => {
    expect(faultOf({ TIMEZONE: 'x', PORT: 'y', APPROVAL: 'z' })).toMatch(/TIMEZONE: .*APPROVAL: .*PORT: /);
  });

  it('treats an empty value as unset', () => {
    expect(parseEnv(Object.fromEntries(envNames.map((name) => [name, ''])))).toEqual(parseEnv({}));
  });

  it('ignores variables that are not settings', () => {
    expect(parseEnv({ HOME: '/root', npm_config_x: '1' })).toEqual(parseEnv({}));
  });

  it.each([
    ['H 9 * * 2', /expected the five fields/],
    ['61 9 * * 2', /expected a cron expression that can be read/],
    ['0 9 31 2 *', /it never fires/],
    ['0 9 30 2 *', /it never fires/],
    ['0 9 * * 2,4', /fires more than once in a week/],
    ['0 9,17 * * 2', /fires more than once in a week/],
    ['0 9 1,3 * *', /fires more than once in a week/],
    ['0 9 28 2,3 2', /./],
    ['0 9 * * 2#1', /expected the five fields/],
    ['0 9 L * *', /expected the five fields/],
    ['@weekly', /expected the five fields/],
    ['0 9 * *', /expected the five fields/],
    ['0 0 9 * * 2', /expected the five fields/],
    ['0 9 ? * 2', /expected the five fields/],
    ['* * * * *', /fires more than once in a week/],
  ])('refuses a SEND_SCHEDULE that names no one slot a week: %s', (SEND_SCHEDULE, why) => {
    expect(faultOf({ SEND_SCHEDULE })).toMatch(/^The environment is wrong: SEND_SCHEDULE: /);
    expect(faultOf({ SEND_SCHEDULE })).toMatch(why);
  });

  it.each([
    '0 9 * * 2',
    '0 9 * * TUE',
    '30 7 1 jan,jul *',
    '0 9 29 2 *',
    '0 9 1 * *',
    '59 23 * * 7',
    '0 9 1-7/7 * *',
  ])('takes a SEND_SCHEDULE that fires at most once a week: %s', (SEND_SCHEDULE) =>
    expect(parseEnv({ SEND_SCHEDULE }).SEND_SCHEDULE).toBe(SEND_SCHEDULE),
  );

  it('derives PUBLIC_URL from PORT, and removes slashes at its end', () => {
    expect(parseEnv({ PORT: '8080' }).PUBLIC_URL).toBe('http://localhost:8080');
    expect(parseEnv({ PUBLIC_URL: 'https://news.example//' }).PUBLIC_URL).toBe('https://news.example');
  });
});

function faultOf(env: Record<string, string>): string {
  try {
    parseEnv(env);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
    throw error;
  }
  throw new Error('accepted');
}
