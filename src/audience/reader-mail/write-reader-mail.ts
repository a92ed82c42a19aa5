import { addDays } from 'date-fns/addDays';
import { findLinkToMail } from '../../db/queries/audience/mailed-links.ts';
import { findSubscriberToMail } from '../../db/queries/audience/subscribers.ts';
import { readLatestIssue } from '../../db/queries/issue/public-issues.ts';
import {
  liftsByOptIn,
  type SubscriberStatus,
  type SuppressionReason,
} from '../../domain/audience/subscriber.ts';
import {
  confirmUrl,
  dataUrl,
  issueUrl,
  preferencesUrl,
  signUpUrl,
  unsubscribeUrl,
} from '../../domain/issue/publication.ts';
import type { Email } from '../../domain/sending/email.ts';
import type { ReaderMail } from '../../queue/jobs.ts';
import { issueHeaders } from '../../render/headers.ts';
import { renderMail, type TemplateMail, type TemplateValues } from '../../render/render-mail.ts';
import type { AudienceContext } from '../context.ts';

/** How long a confirmation link is valid. */
export const confirmDays = 7;
/** How long a link to a reader's data is valid. */
export const dataHours = 24;
/** How late a welcome or a goodbye may come. */
const greetingDays = 7;

export interface WrittenMail {
  readonly email: Email;
  /** For the Date header; fixed, so a retry has the same bytes. */
  readonly date: Date;
  /** When its link expires, or when it is too late for it to make sense. */
  readonly until: Date;
  /** Something random that no other mail has. */
  readonly secret: string;
}

/** The mail as a value; null when its reader is gone, suppressed, or no longer in the state it is about. */
export function writeReaderMail(ctx: AudienceContext, mail: ReaderMail): Promise<WrittenMail | null> {
  return 'linkId' in mail ? withLink(ctx, mail.kind, mail.linkId) : aboutSubscription(ctx, mail);
}

type LinkKind = Extract<ReaderMail, { linkId: number }>['kind'];

async function withLink(ctx: AudienceContext, kind: LinkKind, linkId: number): Promise<WrittenMail | null> {
  const link = await findLinkToMail(ctx.db, linkId);
  if (link === null || (kind === 'reminder' && link.status !== 'pending')) return null;
  const { suppression } = link;
  // A link to confirm may lift it, and its mail says so.
  if (suppression !== null && !(kind === 'confirm' && liftsByOptIn(suppression, link.createdAt))) return null;
  const { publicUrl, name } = ctx.settings.publication;
  const token = ctx.keys.linkToken(link.nonce);
  const values: TemplateValues =
    kind === 'data-link'
      ? { newsletter: name, dataUrl: dataUrl(publicUrl, token), validFor: `${dataHours} hours` }
      : { newsletter: name, confirmUrl: confirmUrl(publicUrl, token), validFor: `${confirmDays} days` };
  const rendered =
    suppression === null
      ? await renderMail(kind, { ...values, postalAddress: postalLine(ctx) })
      : await renderMail('confirm-again', {
          ...values,
          why: whySuppressed[suppression.reason],
          postalAddress: postalLine(ctx),
        });
  const email = addressed(ctx, rendered, kind, { id: link.subscriberId, email: link.email });
  return { email, date: link.createdAt, until: link.expiresAt, secret: link.nonce };
}

const bounced = 'Mail to this address came back before, so we had stopped sending it issues.';

const whySuppressed: Readonly<Record<SuppressionReason, string>> = {
  ...{ hard_bounce: bounced, soft_bounce: bounced },
  complaint: 'Mail from us to this address was reported as spam, so we had stopped sending it issues.',
  provider: 'Our mail service had stopped delivering to this address, so it got no issues.',
  manual: 'We were asked not to mail this address.',
};

type AboutSubscription = Extract<ReaderMail, { subscriberId: number }>;

async function aboutSubscription(
  ctx: AudienceContext,
  { kind, subscriberId, at }: AboutSubscription,
): Promise<WrittenMail | null> {
  const reader = await findSubscriberToMail(ctx.db, subscriberId);
  if (reader === null || reader.suppressed || !expectedStatuses[kind].includes(reader.status)) return null;
  const { publication } = ctx.settings;
  const { name, publicUrl } = publication;
  const links = {
    unsubscribeUrl: unsubscribeUrl(publicUrl, reader.readerToken),
    preferencesUrl: preferencesUrl(publicUrl, reader.readerToken),
  };
  const values: Readonly<Record<typeof kind, TemplateValues>> = {
    welcome: { ...(await latestIssue(ctx)), ...links },
    goodbye: { signUpUrl: signUpUrl(publicUrl) },
    links: { standing: standing(reader.status), ...links },
  };
  const rendered = await renderMail(kind, {
    newsletter: name,
    postalAddress: postalLine(ctx),
    ...values[kind],
  });
  const email = addressed(ctx, rendered, kind, { id: subscriberId, email: reader.email });
  return {
    email:
      kind === 'goodbye' ? email : { ...email, headers: issueHeaders(publication, reader.readerToken, null) },
    date: new Date(at),
    until: addDays(new Date(at), greetingDays),
    secret: reader.readerToken,
  };
}

const expectedStatuses: Readonly<Record<AboutSubscription['kind'], readonly SubscriberStatus[]>> = {
  welcome: ['confirmed'],
  goodbye: ['unsubscribed'],
  links: ['confirmed', 'unsubscribed'],
};

const standing = (status: SubscriberStatus) =>
  status === 'confirmed' ? 'It is subscribed.' : 'It is unsubscribed and gets no issues.';

/** A link that a new reader can follow at once: to the latest issue or, before the first, to the front page. */
async function latestIssue(ctx: AudienceContext) {
  const { name, publicUrl } = ctx.settings.publication;
  const latest = await readLatestIssue(ctx.db);
  if (latest === null)
    return {
      untilThen: 'The first issue is still to come.',
      latestSubject: name,
      latestUrl: `${publicUrl}/`,
    };
  const latestUrl = issueUrl(publicUrl, latest.week);
  return { untilThen: 'Until then, here is the latest one:', latestSubject: latest.subject, latestUrl };
}

const postalLine = (ctx: AudienceContext) => ctx.settings.publication.postalAddress ?? '';

function addressed(
  ctx: AudienceContext,
  mail: TemplateMail,
  kind: ReaderMail['kind'],
  reader: { readonly id: number; readonly email: string },
): Email {
  const { from, replyTo } = ctx.settings;
  return {
    from,
    to: reader.email,
    replyTo,
    ...mail,
    headers: {},
    tags: { mail: kind, delivery: String(reader.id) },
  };
}
