import type { Recipient } from '../src/domain/issue/rendered-issue.ts';
import { issueFiller, templateFiller } from '../src/render/fill.ts';
import { renderIssue } from '../src/render/render-issue.ts';
import { anEnvelope, aPublication, aRecipient } from '../tests/support/content/fixtures.ts';
import { sampleWeek } from '../tests/support/content/sample-week.ts';
import { type Benchmark, count } from './support/benchmark.ts';
import { median } from './support/median.ts';

interface RenderOptions {
  readonly comparisons: number;
  readonly runs: number;
}

export const render: Benchmark<RenderOptions> = {
  name: 'render',
  description: 'renders the sample week and fills it for readers, in inline and template mode',
  options: [
    count('comparisons', 'comparisons in the issue, up to 20', 5),
    count('runs', 'prints the median of this many runs', 50),
  ],
  run: benchRender,
};

interface RenderFigures {
  readonly htmlBytes: number;
  readonly textBytes: number;
  /** Including the time to load React Email. */
  readonly firstRenderMs: number;
  readonly renderMs: number;
  /** For each recipient. */
  readonly inlineFillUs: number;
  readonly templateFillUs: number;
  /** How much faster inline filling is than rendering for each recipient. */
  readonly timesRenderEach: number;
}

const recipients: readonly Recipient[] = Array.from({ length: 1_000 }, (_, index) =>
  aRecipient({
    subscriberId: index + 1,
    email: `reader-${index}@readers.example`,
    readerToken: `aBcDeFgHiJkLmNo_${String(index).padStart(6, '0')}`,
  }),
);

const tags = { issue: '1', batch: '1' };

/** Renders the html and text of the sample week, then fills them for a thousand recipients. Medians of `runs`. */
async function benchRender({ comparisons, runs }: RenderOptions): Promise<RenderFigures> {
  const content = sampleWeek(comparisons);
  const publication = aPublication();
  const start = performance.now();
  const rendered = await renderIssue(content, publication);
  const firstRenderMs = performance.now() - start;

  const renders: number[] = [];
  for (let no = 0; no < runs * 2; no += 1) {
    const from = performance.now();
    await renderIssue(content, publication);
    renders.push(performance.now() - from);
  }
  const envelope = anEnvelope(rendered);
  const renderMs = median(renders.slice(runs));
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

/** As in `benchRender`, the first half only warms up. */
function fillUs(fill: (recipient: Recipient, tags: Record<string, string>) => object, runs: number): number {
  const times: number[] = [];
  for (let no = 0; no < runs * 2; no += 1) {
    const from = performance.now();
    for (const recipient of recipients) fill(recipient, tags);
    times.push(((performance.now() - from) * 1_000) / recipients.length);
  }
  return median(times.slice(runs));
}
