import { z } from 'zod';
import type { Published, TemplateSource } from '../../domain/sending/mailer.ts';
import { escapeBracesInHtml, escapeBracesInLine, escapeBracesInText } from '../../domain/text.ts';
import type { Answer, Ask } from './answer.ts';
import type { ResendClient } from './client.ts';
import { outcomeOf } from './outcome-of.ts';

/** The only variable of an issue's template; not one of Resend's reserved names. */
export const readerVariable = 'READER';

/** The rendered html as a template: the placeholder becomes the variable, braces in the content stay literal. */
export const htmlTemplate = (html: string, placeholder: string) =>
  withVariable(html, placeholder, escapeBracesInHtml);

export const textTemplate = (text: string, placeholder: string) =>
  withVariable(text, placeholder, escapeBracesInText);

/** A subject has no placeholder. */
export const subjectTemplate = escapeBracesInLine;

function withVariable(text: string, placeholder: string, literally: (part: string) => string): string {
  return text.split(placeholder).map(literally).join(`{{{${readerVariable}}}}`);
}

const created = z.object({ id: z.string().min(1) });

const stored = created.extend({
  html: z.string(),
  text: z.string().nullish(),
  status: z.string(),
  has_unpublished_versions: z.boolean().default(false),
});

/**
 * Publishes an issue as a template at Resend, unless a template with its alias is there already. Run twice, or killed
 * half-way and run again, it leaves one template. If a template with other content has the alias, it is not changed and
 * the issue is held.
 */
export async function publishTemplate(
  client: ResendClient,
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
          // Without a fallback Resend would refuse an email without a value; a link for nobody is harmless.
          variables: [{ key: readerVariable, type: 'string', fallbackValue: 'nobody' }],
        },
        { signal },
      ),
    );
    if (answer.status === 200) return publish(client, answer, ask);
    // If refused, another process may have just created it.
    found = isRefusal(answer) ? await find() : answer;
    if (found.status === 404) return failure(answer);
  }
  if (found.status !== 200) return failure(found);
  const template = stored.safeParse(found.data);
  if (!template.success || template.data.html !== html || (template.data.text ?? '') !== text) {
    return {
      kind: 'hold-issue',
      reason: `The template ${source.alias} at Resend differs from the approved issue. Delete it there and resume.`,
      attempted: false,
    };
  }
  const { id, status, has_unpublished_versions: edited } = template.data;
  return status === 'published' && !edited ? { kind: 'published', id } : publish(client, found, ask);
}

async function publish(client: ResendClient, template: Answer, ask: Ask): Promise<Published> {
  const parsed = created.safeParse(template.data);
  if (!parsed.success) return failure({ ...template, status: null });
  const { id } = parsed.data;
  const answer = await ask((signal) => client.templates.publish(id, { signal }));
  return answer.status === 200 ? { kind: 'published', id } : failure(answer);
}

const isRefusal = ({ status }: Answer) => status === 400 || status === 409 || status === 422;

function failure(answer: Answer): Published {
  const outcome = outcomeOf(answer, 0);
  if (outcome.kind === 'retry' || outcome.kind === 'hold-issue') return outcome;
  const reason = 'reason' in outcome ? outcome.reason : 'no reason given';
  return { kind: 'hold-issue', reason: `The template could not be published. ${reason}`, attempted: false };
}
