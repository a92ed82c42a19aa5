import { describe, expect, test } from 'vitest';
import { isAutomaticReply, isBounce } from '../../../../src/domain/audience/automatic-reply.ts';

describe.concurrent('the subject of a mail', () => {
  test.each([
    'Automatic reply: unsubscribe',
    'Auto: unsubscribe',
    'Auto-Reply: unsubscribe',
    'AutoReply: unsubscribe',
    '[Auto-reply] unsubscribe',
    'Out of Office: unsubscribe',
    'Re: unsubscribe (out-of-office)',
    'I am on annual leave Re: unsubscribe',
    'Abwesenheitsnotiz: unsubscribe',
    'Automatische Antwort: unsubscribe',
    'Réponse automatique : unsubscribe',
    'Respuesta automática: unsubscribe',
    'Resposta automática: unsubscribe',
    'Risposta automatica: unsubscribe',
    'Automatisch antwoord: unsubscribe',
    'I am on vacation',
  ])('tells that nobody wrote it: %s', (subject) => {
    expect(isAutomaticReply(subject)).toBe(true);
  });

  test.each([
    '',
    'unsubscribe',
    'Unsubscribe',
    'Re: unsubscribe',
    'Stop',
    'Please automate less',
    'Autos vs bikes',
  ])('does not tell so: %j', (subject) => {
    expect([isAutomaticReply(subject), isBounce(subject)]).toEqual([false, false]);
  });

  test.each([
    'Undeliverable: unsubscribe',
    'Delivery Status Notification (Failure)',
    'Mail delivery failed: returning message to sender',
  ])('tells that a mail came back, which is no reply: %s', (subject) => {
    expect([isAutomaticReply(subject), isBounce(subject)]).toEqual([false, true]);
  });
});
