export * from './content.ts';
export * from './issues.ts';
export * from './ledger.ts';
export * from './short-mails.ts';
export * from './sign-ups.ts';
export * from './subscribers.ts';
