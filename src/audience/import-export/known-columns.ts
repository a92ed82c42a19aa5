import type { Standing } from '../../domain/audience/status-words.ts';

/** A header as it is compared: `E-mail 1 - Value`, `e_mail 1 value` and `"E-MAIL 1 VALUE "` are the same. */
export const keyOf = (header: string) => header.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Columns of addresses: the first line is preferred to the second. */
export const addressKeys: readonly ReadonlySet<string>[] = [
  new Set(['email', 'emailaddress', 'mail', 'mailaddress', 'subscriberemail', 'contactemail', 'useremail']),
  new Set(['subscriber', 'email1value', 'primaryemail', 'emailadresse', 'adressemail', 'correoelectronico']),
];

const statusKeys: ReadonlySet<string> = new Set([
  ...['status', 'subscriberstatus', 'subscriptionstatus', 'emailstatus', 'memberstatus', 'contactstatus'],
  ...[
    'emailmarketingstatus',
    'marketingstatus',
    'globalstatus',
    'liststatus',
    'subscribertype',
    'subscriptionstate',
  ],
  'optinstatus',
]);

/** May be a status, and may be anything else, such as a part of a country: only words that are known count. */
export const perhapsStatusKeys: ReadonlySet<string> = new Set(['state', 'type']);

/** Columns that say yes, and what the opposite means. */
export const yesKeys: ReadonlyMap<string, Standing> = new Map<string, Standing>([
  ...[
    'subscribedtoemails',
    'subscribed',
    'issubscribed',
    'emailsubscribed',
    'optin',
    'optedin',
    'emailoptin',
  ].map((key) => [key, 'unsubscribed'] as const),
  ...['acceptsmarketing', 'acceptsemailmarketing', 'marketingconsent', 'emailconsent'].map(
    (key) => [key, 'unsubscribed'] as const,
  ),
  ['confirmed', 'pending'],
  ['isconfirmed', 'pending'],
]);

const noColumns: readonly (readonly [Standing, readonly string[]])[] = [
  [
    'unsubscribed',
    [
      ...[
        'unsubscribed',
        'isunsubscribed',
        'emaildisabled',
        'optout',
        'optedout',
        'emailoptout',
        'hasoptedoutofemail',
      ],
      ...['donotemail', 'donotmail', 'donotcontact', 'unsubscribedat', 'unsubscribedon', 'unsubscribeat'],
      ...['unsubscribedate', 'unsubscribeddate', 'unsubscribetime', 'unsubscriptiondate', 'dateunsubscribed'],
      ...['optoutdate', 'optouttime', 'optedoutat', 'deletedat', 'deletedon', 'leftat'],
    ],
  ],
  [
    'hard_bounce',
    [
      'bounced',
      'bouncedat',
      'hardbounced',
      'hardbounce',
      'cleaned',
      'cleanedat',
      'undeliverable',
      'undeliverabilitydate',
    ],
  ],
  ['complaint', ['complained', 'complainedat', 'spamcomplaint', 'markedasspam']],
  [
    'manual',
    [
      ...[
        'blocklisted',
        'blacklisted',
        'isblocklisted',
        'isblacklisted',
        'emailblocklisted',
        'emailblacklisted',
      ],
      ...['suppressed', 'issuppressed', 'suppressedat', 'banned'],
    ],
  ],
];

/** Columns that say no: by a yes, by a word, or by the time when it was said. */
export const noKeys: ReadonlyMap<string, Standing> = new Map(
  noColumns.flatMap(([standing, keys]) => keys.map((key) => [key, standing] as const)),
);

/**
 * Names that speak of leaving, bounces and the like in tools that are not known here. A clear yes, a time or a known word
 * in them counts; what else they hold does not.
 */
const guesses: readonly (readonly [RegExp, 'yes' | 'no', Standing])[] = [
  [/unsub|opt(ed|s)?out|donot(e?mail|contact|send)/, 'no', 'unsubscribed'],
  [/bounce|undeliver|invalide?mail/, 'no', 'hard_bounce'],
  [/complain|spam|abuse/, 'no', 'complaint'],
  [/suppress|blocke?d?list|blacklist|blocked/, 'no', 'manual'],
  [/subscribed|opt(ed|s)?in|consent|accept\w*(marketing|mail)|mailable/, 'yes', 'unsubscribed'],
];

/** Such a column says why, how often or where, and not whether. */
const notWhether =
  /reason|detail|campaign|url|link|count|number|total|rate|score|token|source|note|comment|version|wording|ip$|id$/;

/** When somebody said yes, which they did if there is a time. */
const when = /(time|date|at|on)$/;

/** A status of mail or of a subscription, as opposed to that of an order. */
const mailStatus = /(mail|newsletter|marketing|subscri|contact|member|consent|permission).*status$/;

/** What a column of a name that is not known may say; null if nothing. */
export function guessOf(key: string): { readonly kind: 'yes' | 'no'; readonly standing: Standing } | null {
  if (notWhether.test(key) || mailStatus.test(key)) return null;
  const guess = guesses.find(([pattern]) => pattern.test(key));
  if (guess === undefined) return null;
  const [, kind, standing] = guess;
  return kind === 'yes' && when.test(key) ? null : { kind, standing };
}

export const isStatusKey = (key: string) => statusKeys.has(key) || mailStatus.test(key);

/** Columns with the time of the last change: whatever a row says was said then or earlier. */
export const changeKeys: ReadonlySet<string> = new Set(['lastchanged', 'updatedat', 'lastupdated']);

/** Only in files of people who left (Mailchimp): such a file is never taken as consent. */
export const leaverKeys: ReadonlySet<string> = new Set([
  ...['unsubtime', 'unsubreason', 'unsubcampaigntitle', 'unsubcampaignid'],
  ...['cleantime', 'cleancampaigntitle', 'cleancampaignid'],
]);

/** Of those, the ones whose rows bounced. */
export const isCleanKey = (key: string) => key.startsWith('clean');
