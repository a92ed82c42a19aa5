import { z } from 'zod';
import {
  type EmailAddress,
  type EmailAddressFault,
  parseEmailAddress,
} from '../../domain/audience/email-address.ts';

const schema = z.object({
  email: z.string(),
  /** A trap: people do not see the field. */
  website: z.string().optional(),
  made: z.string().max(100).optional(),
  wording: z
    .string()
    .regex(/^[0-9a-f]{12}$/)
    .optional()
    .catch(undefined),
  'as-typed': z.string().optional(),
});

export type SignUpInput =
  | { readonly ok: false; readonly typed: string; readonly fault: string }
  | {
      readonly ok: true;
      readonly email: EmailAddress;
      readonly isTrapped: boolean;
      readonly made: string | null;
      readonly wording: string | null;
      /** The hint about a typing error has been seen. */
      readonly asTyped: boolean;
    };

const faults: Readonly<Record<EmailAddressFault, string>> = {
  empty: 'Enter your email address.',
  'too long': 'That is longer than an email address can be.',
  'not an address': 'That is not an email address that can be mailed. One looks like name@example.com.',
};

export function readSignUp(fields: unknown): SignUpInput {
  const parsed = schema.safeParse(fields);
  if (!parsed.success) return { ok: false, typed: '', fault: faults.empty };
  const { email: typed, website = '', made, wording, 'as-typed': asTyped } = parsed.data;
  const email = parseEmailAddress(typed);
  if (typeof email !== 'string') return { ok: false, typed: typed.slice(0, 320), fault: faults[email.fault] };
  return {
    ok: true,
    email,
    isTrapped: website !== '',
    made: made ?? null,
    wording: wording ?? null,
    asTyped: asTyped !== undefined,
  };
}
