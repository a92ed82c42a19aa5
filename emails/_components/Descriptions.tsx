import type { ToolSummary } from '../../src/domain/wording/tool-summary.ts';

/** What each tool does, for whom the box score was not enough. */
export function Descriptions({ tools }: { readonly tools: readonly ToolSummary[] }) {
  return tools
    .filter((tool) => tool.description !== '')
    .map((tool, at) => (
      <p
        key={at === 0 ? 'first' : 'second'}
        dir="auto"
        style={{ margin: at === 0 ? '26px 0 0' : '14px 0 0' }}
      >
        {tool.description}
      </p>
    ));
}
