import { createHash } from 'node:crypto';
import type { IssueContent } from '../../domain/issue/issue.ts';
import type { Envelope, RenderedIssue } from '../../domain/issue/rendered-issue.ts';
import { issueHeaders } from '../../render/headers.ts';
import { renderIssue } from '../../render/render-issue.ts';
import type { Settings } from '../context.ts';

/** All that is sent apart from the reader: the rendered issue, the envelope, and one hash over both. */
export interface Rendering {
  readonly rendered: RenderedIssue;
  readonly envelope: Envelope;
  readonly sha256: string;
}

export async function renderWithEnvelope(content: IssueContent, settings: Settings): Promise<Rendering> {
  const rendered = await renderIssue(content, settings.publication);
  const envelope: Envelope = {
    from: settings.from,
    replyTo: settings.replyTo,
    publicUrl: settings.publication.publicUrl,
    headers: issueHeaders(settings.publication, rendered.placeholder, settings.unsubscribeMailbox),
    mode: settings.mode,
  };
  return { rendered, envelope, sha256: hashRendering(rendered, envelope) };
}

/** sha256 (hex) over everything that is sent, in a fixed order of fields. */
export function hashRendering(rendered: RenderedIssue, envelope: Envelope): string {
  const { subject, preheader, html, text, placeholder } = rendered;
  const { from, replyTo, publicUrl, headers, mode } = envelope;
  const sortedHeaders = Object.entries(headers).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(
      JSON.stringify([
        subject,
        preheader,
        html,
        text,
        placeholder,
        from,
        replyTo,
        publicUrl,
        sortedHeaders,
        mode,
      ]),
    )
    .digest('hex');
}
