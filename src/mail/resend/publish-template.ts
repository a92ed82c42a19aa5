import type { Response } from 'resend';
import { z } from 'zod';
import type { Published, TemplateSource } from '../../domain/sending/mailer.ts';
import type { Answer } from './answer.ts';
import type { LiveResend } from './client.ts';
import { outcomeOf } from './outcome-of.ts';
import { htmlTemplate, readerVariable, subjectTemplate, textTemplate } from './template-syntax.ts';

/** Makes a request within its time and reads the answer. */
export type Ask = (request: (signal: AbortSignal) => PromiseLike<Response<unknown>>) => Promise<Answer>;

const created = z.object({ id: z.string().min(1) });

const stored = created.extend({
  html: z.string(),
  text: z.string().nullish(),
  status: z.string(),
  has_unpublished_versions: z.boolean().default(false),
});

/**
 * One published template an issue, found by its alias or made. Run twice, or killed between its steps and run
 * again, there is still one. A template of other content under the alias is never touched: the issue is held.
 */
export async function publishTemplate(
  client: LiveResend,
  source: TemplateSource,
  ask: Ask,
): Promise<Published> {
  const html = htmlTemplate(source.html, source.placeholder);
  const text = textTemplate(source.text, source.placeholder);
  const find = () => ask((signal) => client.templates.get(source.alias, { signal }));

  let found = await find();
  if (found.status === 404) {
    const answer = await ask((signal) =>
      client.templates.create(
        {
          name: source.alias,
          alias: source.alias,
          from: source.from,
          subject: subjectTemplate(source.subject),
          html,
          text,
          // A missing value would refuse the email; a link of nobody is harmless.
          variables: [{ key: readerVariable, type: 'string', fallbackValue: 'nobody' }],
        },
        { signal },
      ),
    );
    if (answer.status === 200) return publish(client, answer, ask);
    // Refused: another process may have taken the alias just now.
    found = isRefusal(answer) ? await find() : answer;
    if (found.status === 404) return trouble(answer);
  }
  if (found.status !== 200) return trouble(found);
  const template = stored.safeParse(found.data);
  if (!template.success || template.data.html !== html || (template.data.text ?? '') !== text) {
    return {
      kind: 'hold-issue',
      reason: `The template ${source.alias} at Resend is not the approved issue. Delete it there and resume.`,
      attempted: false,
    };
  }
  const { id, status, has_unpublished_versions: edited } = template.data;
  return status === 'published' && !edited ? { kind: 'published', id } : publish(client, found, ask);
}

async function publish(client: LiveResend, template: Answer, ask: Ask): Promise<Published> {
  const parsed = created.safeParse(template.data);
  if (!parsed.success) return trouble({ ...template, status: null });
  const { id } = parsed.data;
  const answer = await ask((signal) => client.templates.publish(id, { signal }));
  return answer.status === 200 ? { kind: 'published', id } : trouble(answer);
}

const isRefusal = ({ status }: Answer) => status === 400 || status === 409 || status === 422;

function trouble(answer: Answer): Published {
  const outcome = outcomeOf(answer, 0);
  if (outcome.kind === 'retry' || outcome.kind === 'hold-issue') return outcome;
  const reason = 'reason' in outcome ? outcome.reason : 'no reason given';
  return { kind: 'hold-issue', reason: `The template could not be published. ${reason}`, attempted: false };
}
