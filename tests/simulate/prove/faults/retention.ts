import { type Fault, fault } from '../fault.ts';

const totals = 'src/db/queries/sending/mail-events.ts';
const retention = 'src/db/queries/sending/retention.ts';
const days = 'src/domain/sending/retention.ts';

/** Against what is kept of finished issues, and for how long. */
export const retentionFaults: readonly Fault[] = [
  fault(
    'retention forgets a bounce',
    'src/domain/sending/mail-event.ts',
    "export const routineTypes = ['sent', 'delivery_delayed', ...arrivedTypes] as const;",
    "export const routineTypes = ['sent', 'delivery_delayed', ...arrivedTypes, 'bounced'] as const;",
  ),
  fault(
    'a person counts twice who is reported again',
    totals,
    'where e.issue_id = n.issue_id and e.type = n.type and e.subscriber_id = n.subscriber_id limit 1) is null',
    "where e.issue_id = n.issue_id and e.type = n.type || 'x' limit 1) is null",
  ),
  fault(
    'a person counts again once their events are deleted',
    totals,
    'left join issues i on i.id = g.issue_id and i.events_pruned_at is not null',
    'left join issues i on i.id = g.issue_id and i.events_pruned_at is not null and false',
  ),
  fault('events go after 9 days', days, 'eventsKeptDays = 90', 'eventsKeptDays = 9'),
  {
    name: 'deliveries go while a batch is open, which then counts as submitted',
    edits: [
      {
        file: retention,
        search:
          "and (select true from batches b where b.issue_id = due.id and b.status in ('held', 'unknown') limit 1) is null",
        replace: '',
      },
      { file: retention, search: 'return open + waiting === 0;', replace: 'return open + waiting >= 0;' },
    ],
  },
];
