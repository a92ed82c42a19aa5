import type { SubscriberStatus, SuppressionReason } from '../domain/audience/subscriber.ts';

export interface SampleSubscriber {
  readonly email: string;
  readonly status: SubscriberStatus;
  readonly suppressed?: SuppressionReason;
}

/** People at reserved domains (RFC 2606), so that no mail to them can ever reach anybody. */
export const sampleSubscribers: readonly SampleSubscriber[] = [
  { email: 'amara.okafor@lagoon.example', status: 'confirmed' },
  { email: 'b.lindqvist@norrsken.example', status: 'confirmed' },
  { email: 'chidi@studio-eleven.example', status: 'confirmed' },
  { email: 'dagny+verdicts@fjordpost.example', status: 'confirmed' },
  { email: 'eun-ji.park@hangang.example', status: 'confirmed' },
  { email: 'farid.haddad@cedarline.example', status: 'confirmed' },
  { email: 'greta@xn--bcherwurm-q9a.example', status: 'confirmed' },
  { email: 'hoku_kealoha@tradewind.example', status: 'confirmed' },
  { email: 'ines.carvalho@azulejo.example', status: 'confirmed' },
  { email: 'jokull@hraun.example', status: 'confirmed' },
  { email: 'kavita.raman@monsoon-labs.example', status: 'confirmed' },
  { email: 'liam.oconnell@harbourside.example', status: 'confirmed' },
  { email: 'mihai.popescu@carpat.example', status: 'confirmed' },
  { email: 'noa.shalev@tamar.example', status: 'confirmed' },
  { email: 'o.van.der.meer@polder.example', status: 'confirmed' },
  { email: 'paloma@taller-sur.example', status: 'confirmed' },
  { email: 'quynh.tran@lotuspond.example', status: 'confirmed' },
  { email: 'ruta.kazlauskaite@amber.example', status: 'confirmed' },
  { email: 'sefa.tuilagi@reef.example', status: 'confirmed' },
  { email: 'thandiwe@bluecrane.example', status: 'confirmed' },
  { email: 'ulf.bergman@closed-mailbox.example', status: 'confirmed', suppressed: 'hard_bounce' },
  { email: 'vesna@not-yet.example', status: 'pending' },
  { email: 'wanjiru@moved-on.example', status: 'unsubscribed' },
  { email: 'ximena.rojas@quiet-inbox.example', status: 'unsubscribed' },
];
