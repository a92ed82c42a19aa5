import { Agent, request } from 'node:http';
import { answerParent, usage } from '../child.ts';

const connections = 4;

interface Ceiling {
  readonly receiverUrl: string;
  readonly bodyBytes: number;
  readonly recipientsInBody: number;
  readonly requests: number;
}

/** The same number of bytes in the same number of requests and nothing else: what no sender can pass. */
answerParent(async (_go: 'go', { receiverUrl, bodyBytes, recipientsInBody, requests }: Ceiling) => {
  const marks = '"to":"'.repeat(recipientsInBody);
  const body = Buffer.from(marks.padEnd(bodyBytes, 'x'));
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const before = usage();
  const from = performance.now();
  let left = requests;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      await post(`${receiverUrl}/emails/batch`, agent, body);
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  agent.destroy();
  return { seconds: (performance.now() - from) / 1_000, cpuUs: usage().cpuUs - before.cpuUs };
});

const post = (url: string, agent: Agent, body: Buffer) =>
  new Promise<void>((resolve, reject) => {
    request(url, { agent, method: 'POST', headers: { 'content-length': body.length } }, (response) => {
      response.resume();
      response.on('end', resolve);
    })
      .on('error', reject)
      .end(body);
  });
