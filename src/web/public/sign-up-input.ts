import { z } from 'zod';
import {
  type EmailAddress,
  type EmailAddressFault,
  parseEmailAddress,
} from '../../domain/audience/email-address.ts';

import { type SignUpPurpose, signUpPurposes } from '../../domain/audience/subscriber.ts';

const schema = z.object({
  email: z.string(),
  /** A honeypot: people do not see this field. */
  website: z.string().optional(),
  made: z.string().max(100).optional(),
  wording: z
    .string()
    .regex(/^[0-9a-f]{12}$/)
    .optional()
    .catch(undefined),
  purpose: z.enum(signUpPurposes).catch('subscribe'),
  'as-typed': z.string().optional(),
});

export type SignUpInput =
  | {
      readonly ok: false;
      readonly typed: string;
      readonly purpose: SignUpPurpose;
      readonly error: string;
    }
  | {
      readonly ok: true;
      readonly email: EmailAddress;
      readonly purpose: SignUpPurpose;
      readonly isTrapped: boolean;
      /** The stamp of the form; null from a form or program that has none. */
      readonly made: string | null;
      readonly wording: string | null;
      /** The address is meant as typed: its sender has seen the hint about a typing error. */
      readonly asTyped: boolean;
    };

const errors: Readonly<Record<EmailAddressFault, string>> = {
  empty: 'Please enter your email address.',
  'too long': 'This is too long for an email address. Please check it.',
  'not an address': 'This is not an email address. It should look like name@example.com.',
};

export function readSignUp(fields: unknown): SignUpInput {
  const parsed = schema.safeParse(fields);
  if (!parsed.success) return { ok: false, typed: '', purpose: 'subscribe', error: errors.empty };
  const { email: typed, website = '', made, wording, purpose, 'as-typed': asTyped } = parsed.data;
  const email = parseEmailAddress(typed);
  if (typeof email !== 'string')
    return { ok: false, typed: typed.slice(0, 320), purpose, error: errors[email.fault] };
  return {
    ok: true,
    email,
    purpose,
    isTrapped: website !== '',
    made: made ?? null,
    wording: wording ?? null,
    asTyped: asTyped !== undefined,
  };
}
