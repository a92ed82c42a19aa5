import { answerParent } from '../support/child.ts';
import { type BenchRequest, expectStatus, sendRequests } from '../support/send-requests.ts';

interface Ceiling {
  readonly receiverUrl: string;
  readonly bodyBytes: number;
  readonly recipientsInBody: number;
  readonly requests: number;
}

/** Posts as many bytes in as many requests and does nothing else: no sender can be faster. Answers with the seconds. */
answerParent(async (_go: 'go', { receiverUrl, bodyBytes, recipientsInBody, requests }: Ceiling) => {
  const recipients = '"to":"'.repeat(recipientsInBody);
  const request: BenchRequest = {
    url: `${receiverUrl}/emails/batch`,
    options: { method: 'POST', headers: { 'content-length': bodyBytes } },
    body: Buffer.from(recipients.padEnd(bodyBytes, 'x')),
  };
  const answered = await sendRequests(new Array<BenchRequest>(requests).fill(request), 4);
  expectStatus(answered, 200);
  return answered.seconds;
});
