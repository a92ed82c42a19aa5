export interface ToolExport {
  readonly tool: string;
  readonly lines: readonly string[];
  /** What each person becomes who is not left out. */
  readonly standings: Readonly<Record<string, string>>;
  /** By line. */
  readonly leftOut?: readonly string[];
}

/** Files in the form of each tool, with invented people. */
export const toolExports: readonly ToolExport[] = [
  {
    tool: 'Substack',
    lines: [
      'email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at',
      'ivy@list.example,false,,other,false,2025-02-03T04:05:06.000Z,',
      'jon@list.example,true,2027-01-01T00:00:00.000Z,yearly,TRUE,2025-02-03T04:05:06.000Z,2025-03-01T00:00:00.000Z',
    ],
    standings: { 'ivy@list.example': 'confirmed', 'jon@list.example': 'unsubscribed' },
  },
  {
    tool: 'beehiiv',
    lines: [
      'id,email,status,subscription_tier,created_at,utm_source,unsubscribed_at',
      's1,ivy@list.example,active,premium,2025-02-03,web,',
      's2,jon@list.example,inactive,free,2025-02-03,web,2025-06-01',
      's3,kim@list.example,validating,free,2025-02-03,web,',
      's4,lea@list.example,invalid,free,2025-02-03,web,',
    ],
    standings: {
      'ivy@list.example': 'confirmed',
      'jon@list.example': 'unsubscribed',
      'lea@list.example': 'hard_bounce',
    },
    leftOut: ['4: pending in this file'],
  },
  {
    tool: 'Kit',
    lines: [
      'email,first_name,status,created_at,tags',
      'ivy@list.example,Ivy,active,2025-02-03 04:05:06 UTC,"a,b"',
      'jon@list.example,Jon,cancelled,2025-02-03 04:05:06 UTC,',
      'kim@list.example,Kim,bounced,2025-02-03 04:05:06 UTC,',
      'lea@list.example,Lea,complained,2025-02-03 04:05:06 UTC,',
      'max@list.example,Max,inactive,2025-02-03 04:05:06 UTC,',
    ],
    standings: {
      'ivy@list.example': 'confirmed',
      'jon@list.example': 'unsubscribed',
      'kim@list.example': 'hard_bounce',
      'lea@list.example': 'complaint',
      'max@list.example': 'unsubscribed',
    },
  },
  {
    tool: 'Ghost',
    lines: [
      'id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers',
      '1,ivy@list.example,Ivy,,true,false,,2025-02-03T04:05:06.000Z,,vip,',
      '2,jon@list.example,Jon,,false,false,,2025-02-03T04:05:06.000Z,,,',
      '3,kim@list.example,Kim,,true,false,,2025-02-03T04:05:06.000Z,2025-08-01T00:00:00.000Z,,',
      '4,lea@list.example,Lea,,,false,,2025-02-03T04:05:06.000Z,,,',
    ],
    standings: {
      'ivy@list.example': 'confirmed',
      'jon@list.example': 'unsubscribed',
      'kim@list.example': 'unsubscribed',
    },
    leftOut: ['5: "subscribed_to_emails" is empty'],
  },
  {
    tool: 'Buttondown',
    lines: [
      'id,email,notes,metadata,tags,referrer_url,creation_date,secondary_id,subscriber_type,source,unsubscription_date',
      'a,ivy@list.example,,{},,,2025-02-03,1,regular,api,',
      'b,jon@list.example,,{},,,2025-02-03,2,unsubscribed,api,2025-06-01',
      'c,kim@list.example,,{},,,2025-02-03,3,unactivated,api,',
      'd,lea@list.example,,{},,,2025-02-03,4,undeliverable,api,',
      'e,max@list.example,,{},,,2025-02-03,5,churned,api,',
    ],
    standings: {
      'ivy@list.example': 'confirmed',
      'jon@list.example': 'unsubscribed',
      'lea@list.example': 'hard_bounce',
    },
    leftOut: ['4: pending in this file', '6: "subscriber_type" is "churned", which is not known'],
  },
  {
    tool: 'listmonk',
    lines: [
      'uuid,email,name,attributes,status,created_at,updated_at',
      '0a,ivy@list.example,Ivy,"{""city"": ""Bern""}",enabled,2025-02-03,2025-02-03',
      '0b,jon@list.example,Jon,{},disabled,2025-02-03,2025-02-03',
      '0c,kim@list.example,Kim,{},blocklisted,2025-02-03,2025-02-03',
    ],
    standings: {
      'ivy@list.example': 'confirmed',
      'jon@list.example': 'unsubscribed',
      'kim@list.example': 'manual',
    },
  },
  {
    tool: 'Brevo',
    lines: [
      'CONTACT ID;EMAIL;FIRSTNAME;LASTNAME;SMS;EMAIL_BLOCKLISTED;ADDED_TIME',
      '1;ivy@list.example;Ivy;L;;No;2025-02-03',
      '2;jon@list.example;Jon;L;;Yes;2025-02-03',
    ],
    standings: { 'ivy@list.example': 'confirmed', 'jon@list.example': 'manual' },
  },
  {
    tool: 'MailerLite',
    lines: [
      'Subscriber,Sent,Opened,Clicked,Subscribed,Location,Name',
      'ivy@list.example,14,9,1,2025-02-03 04:05:06,Bern,Ivy',
      'jon@list.example,3,0,0,2025-02-03 04:05:06,,',
    ],
    standings: { 'ivy@list.example': 'confirmed', 'jon@list.example': 'confirmed' },
  },
  {
    tool: 'Mailchimp',
    lines: [
      '"Email Address","First Name","Last Name","MEMBER_RATING","OPTIN_TIME","CONFIRM_TIME","LAST_CHANGED","LEID","NOTES","TAGS"',
      'ivy@list.example,Ivy,L,2,"2025-02-03 04:05:06","2025-02-03 04:06:07","2025-02-03 04:06:07",1,,"""vip"",""early"""',
    ],
    standings: { 'ivy@list.example': 'confirmed' },
  },
  {
    tool: 'Google Contacts',
    lines: [
      'First Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value',
      'Ivy,L,* myContacts,Home,ivy@list.example,ivy@work.example',
    ],
    standings: { 'ivy@list.example': 'confirmed' },
  },
];
