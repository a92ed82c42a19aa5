import type { ToolSummary } from '../../src/domain/wording/tool-summary.ts';
import { labelInSerif, link, serif } from './style.ts';

/** Who plays: name, category, tagline, in two lines, so that the box score follows at once. */
export function ToolLine({ tool }: { readonly tool: ToolSummary }) {
  return (
    <>
      <h3 dir="auto" style={serif(19, 26, { margin: '16px 0 0' })}>
        {tool.url === null ? (
          tool.name
        ) : (
          <a href={tool.url} style={link}>
            {tool.name}
          </a>
        )}
        {tool.category !== '' && (
          <>
            {'\u00a0\u00a0 '}
            <span className="mu" style={labelInSerif}>
              {tool.category}
            </span>
          </>
        )}
      </h3>
      {tool.tagline !== '' && (
        <p dir="auto" style={serif(16, 24, { fontStyle: 'italic' })}>
          {tool.tagline}
        </p>
      )}
    </>
  );
}
