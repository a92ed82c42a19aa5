import { type Fault, fault } from '../fault.ts';

const imports = 'src/db/queries/audience/subscriber-import.ts';

/** Against what readers ask for. */
export const audienceFaults: readonly Fault[] = [
  fault(
    'leaving is noted, and the subscription goes on',
    'src/db/queries/audience/subscriptions.ts',
    "sql`status = 'unsubscribed', unsubscribed_at = ${at}, paused_until = null",
    'sql`unsubscribed_at = ${at}, paused_until = null',
  ),
  {
    name: 'an import brings back who left',
    edits: [
      {
        file: imports,
        search: "when s.status = 'unsubscribed' or e.address_hash is not null then",
        replace: 'when e.address_hash is not null then',
      },
      {
        file: imports,
        search: "where subscribers.status = 'pending'\n    returning 1)",
        replace: "where subscribers.status <> 'confirmed'\n    returning 1)",
      },
    ],
  },
  fault(
    'a bounce is stored, and nobody is suppressed',
    'src/audience/suppression/suppress.ts',
    'address === null || reason === null || !storedById.has(eventId) ? [] :',
    'address === null || reason === null || storedById.has(eventId) ? [] :',
  ),
  fault(
    'confirming anew lifts no suppression',
    'src/audience/sign-up/confirm.ts',
    'if (lifts || liftsFormer) {',
    'if (lifts && liftsFormer) {',
  ),
  fault(
    'erasing forgets the ledger',
    'src/db/queries/audience/erasure.ts',
    'where issue_id in (select id from issues) and subscriber_id = ${subscriberId}`);',
    'where issue_id in (select id from issues) and subscriber_id = -1 and ${subscriberId}::bigint is not null`);',
  ),
  fault(
    'an import does not recognise who was forgotten',
    imports,
    'left join erased_addresses e on e.address_hash = w.address_hash',
    "left join erased_addresses e on e.address_hash = 'not ' || w.address_hash",
  ),
  fault(
    'forgetting leaves the addresses in finished issues',
    'src/db/queries/audience/forgetting.ts',
    "where d.issue_id = i.id and d.subscriber_id = who.id and d.email <> '' limit 1",
    "where d.issue_id = i.id and d.subscriber_id = -who.id and d.email <> '' limit 1",
  ),
  fault(
    'forgetting does not wait for an issue that is not finished',
    'src/db/queries/audience/forgetting.ts',
    "i.status not in ('sent', 'cancelled', 'missed')",
    'i.status is null',
  ),
  fault(
    'a forgotten reader who comes back has another token',
    'src/db/queries/audience/erased-addresses.ts',
    'update subscribers s set reader_token = known.reader_token from known',
    'update subscribers s set reader_token = s.reader_token from known',
  ),
  fault(
    'a mail to one person does not wait for the time that the provider names',
    'src/domain/sending/short-mail.ts',
    'Math.max(named ?? 0, doubled)',
    'doubled',
  ),
  fault(
    'a mail that the provider takes tomorrow is not tried again',
    'src/audience/maintain-audience.ts',
    'await enqueueDueReaderMails(ctx, maxPerRun);',
    'void enqueueDueReaderMails;',
  ),
  fault(
    'a mail to one person is posted again however long ago it may have been accepted',
    'src/db/queries/audience/short-mails.ts',
    '(uncertain_since is null or uncertain_since > ${new Date(now.getTime() - keyWorksMs)})',
    '(uncertain_since is null or uncertain_since > ${new Date(now.getTime() - 99 * keyWorksMs)})',
  ),
];
