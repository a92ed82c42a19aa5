import { describe, expect, it } from 'vitest';
import { publicIssue } from '../../../src/render/placeholder.ts';
import { renderIssue } from '../../../src/render/render-issue.ts';
import { aComparison, anIssue, aPublication, aTool } from '../../support/content/fixtures.ts';

describe('an issue for the public', () => {
  it('is what was sent without the reader’s two links, in html and text', async () => {
    const rendered = await renderIssue(anIssue(), aPublication());
    const { html, text } = publicIssue(rendered);
    const { placeholder } = rendered;
    const links = ['u', 'preferences'].map((path) => `https://news.example/${path}/${placeholder}`);
    const without = (all: string, parts: readonly string[]) =>
      parts.reduce((rest, part) => {
        expect(rest.split(part)).toHaveLength(2);
        return rest.replace(part, '');
      }, all);
    const style = 'class="mu" style="color:#665f53"';
    const [unsubscribe, preferences] = [
      `<a href="${links[0]}" ${style}>Unsubscribe</a> · `,
      `<a href="${links[1]}" ${style}>Preferences</a> · `,
    ];
    expect(html).toBe(without(rendered.html, [unsubscribe, preferences]));
    expect(text).toBe(without(rendered.text, [`Unsubscribe: ${links[0]}\n`, `Preferences: ${links[1]}\n`]));
    expect(html + text).not.toContain(placeholder);
    expect(html).toContain('>Read on the web<');
  });

  it('keeps content that looks like links and placeholders', async () => {
    const tool = aTool({ description: '<a href="{{{READER}}}">Unsubscribe</a> · reader0123 $& $1' });
    const rendered = await renderIssue(
      anIssue({ comparisons: [aComparison({ tools: [tool, aTool({ slug: 'b' })] })] }),
      aPublication(),
    );
    const { html, text } = publicIssue(rendered);
    expect(html).toContain('&lt;a href=');
    expect(html).toContain('reader0123 $&amp; $1');
    expect(text).toContain('reader0123 $& $1');
  });
});
