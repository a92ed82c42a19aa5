import { invalid } from '../api-refusal.ts';

const address = /^[^\s<>@,;"]+@[^\s<>@,;".]+(\.[^\s<>@,;".]+)+$/;

/** `email@example.com` or `Name <email@example.com>`; the bare address. */
export function needAddress(field: string, value: unknown): string {
  const bare = typeof value === 'string' ? (/^[^<>\r\n]*<([^<>]*)>$/.exec(value)?.[1] ?? value) : '';
  if (!address.test(bare)) {
    throw invalid(
      `Invalid \`${field}\` field. The email address needs to follow the \`email@example.com\` or \`Name <email@example.com>\` format. Got: ${String(value)}`,
    );
  }
  return bare;
}

/** Recipients that are surely nobody's (resend.com/docs/knowledge-base/what-email-addresses-to-use-for-testing). */
export function refuseTestDomains(recipient: string): void {
  const domain = recipient.slice(recipient.lastIndexOf('@') + 1).toLowerCase();
  if (domain === 'example.com' || domain === 'test.com') {
    throw invalid(
      `Invalid \`to\` field. Please use our testing email address instead of domains like \`${domain}\`.`,
    );
  }
}
