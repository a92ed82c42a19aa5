import { z } from 'zod';
import {
  type EmailAddress,
  parseEmailAddress,
  type UnusableAddress,
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

const nothingEntered = 'Please enter your email address.';

function explain(address: UnusableAddress): string {
  switch (address.fault) {
    case 'empty':
      return nothingEntered;
    case 'too long':
      return 'This is too long for an email address. Please check it.';
    case 'not an address':
      return 'This is not an email address. It should look like name@example.com.';
    case 'hidden character':
      return `Character ${address.place} of this address cannot be seen (${address.code}). Please type the address instead of pasting it.`;
  }
}

export function readSignUp(fields: unknown): SignUpInput {
  const parsed = schema.safeParse(fields);
  if (!parsed.success) return { ok: false, typed: '', purpose: 'subscribe', error: nothingEntered };
  const { email: typed, website = '', made, wording, purpose, 'as-typed': asTyped } = parsed.data;
  const email = parseEmailAddress(typed);
  if (typeof email !== 'string')
    return { ok: false, typed: typed.slice(0, 320), purpose, error: explain(email) };
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
