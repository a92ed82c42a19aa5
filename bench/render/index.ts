import { byLead, defaultPreheader, defaultSubject, type IssueContent } from '../../src/domain/issue/issue.ts';
import type { Publication } from '../../src/domain/issue/publication.ts';
import type { Envelope, Recipient } from '../../src/domain/issue/rendered-issue.ts';
import { issueFiller, templateFiller } from '../../src/render/fill.ts';
import { issueHeaders } from '../../src/render/headers.ts';
import { renderIssue } from '../../src/render/render-issue.ts';
import { sampleComparisons } from '../../src/sample/comparisons.ts';
import { median } from '../median.ts';

export interface RenderOptions {
  readonly comparisons: number;
  readonly runs: number;
}

export interface RenderFigures {
  readonly htmlBytes: number;
  readonly textBytes: number;
  /** The first, with React Email to load. */
  readonly firstRenderMs: number;
  readonly renderMs: number;
  readonly inlineFillUs: number;
  readonly templateFillUs: number;
  /** Filling a reader inline against rendering for each. */
  readonly timesRenderEach: number;
}

const publication: Publication = {
  name: 'Weekly AI Tool Verdicts',
  publicUrl: 'https://news.example',
  siteUrl: 'https://verdicts.example',
  postalAddress: '1 Sample Street, Sampleton',
};

const readers: readonly Recipient[] = Array.from({ length: 1_000 }, (_, at) => ({
  subscriberId: at + 1,
  email: `reader-${at}@readers.example`,
  readerToken: `aBcDeFgHiJkLmNo_${String(at).padStart(6, '0')}`,
}));

const tags = { issue: '1', batch: '1' };

/** Renders the sample week, whole, html and text; then fills it for a thousand readers. Medians of `runs`. */
export async function benchRender({ comparisons, runs }: RenderOptions): Promise<RenderFigures> {
  const content = contentOf(comparisons);
  const start = performance.now();
  const rendered = await renderIssue(content, publication);
  const firstRenderMs = performance.now() - start;

  for (let no = 0; no < runs; no += 1) await renderIssue(content, publication);
  const renders: number[] = [];
  for (let no = 0; no < runs; no += 1) {
    const from = performance.now();
    await renderIssue(content, publication);
    renders.push(performance.now() - from);
  }

  const envelope: Envelope = {
    from: 'Weekly AI Tool Verdicts <verdicts@news.example>',
    replyTo: null,
    publicUrl: publication.publicUrl,
    headers: issueHeaders(publication, rendered.placeholder),
    mode: 'inline',
  };
  const renderMs = median(renders);
  const inlineFillUs = fillUs(issueFiller(rendered, envelope), runs);
  return {
    htmlBytes: Buffer.byteLength(rendered.html),
    textBytes: Buffer.byteLength(rendered.text),
    firstRenderMs,
    renderMs,
    inlineFillUs,
    templateFillUs: fillUs(templateFiller(rendered, envelope, 'verdicts-2026-w47'), runs),
    timesRenderEach: (renderMs * 1_000) / inlineFillUs,
  };
}

function fillUs(fill: (recipient: Recipient, tags: Record<string, string>) => object, runs: number): number {
  const each: number[] = [];
  for (let no = 0; no < runs * 2; no += 1) {
    const from = performance.now();
    for (const reader of readers) fill(reader, tags);
    // The first half warms up.
    if (no >= runs) each.push(((performance.now() - from) * 1_000) / readers.length);
  }
  return median(each);
}

function contentOf(count: number): IssueContent {
  const comparisons = sampleComparisons(new Date('2026-11-22T18:00:00Z')).toSorted(byLead).slice(0, count);
  return {
    week: '2026-W47',
    number: 12,
    subject: defaultSubject(comparisons),
    preheader: defaultPreheader(comparisons),
    intro: null,
    comparisons,
  };
}
