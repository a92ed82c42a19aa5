import type { ToolReading } from './reading.ts';
import { label, link, serif } from './style.ts';

export function ToolBlock({ tool }: { readonly tool: ToolReading }) {
  return (
    <>
      <p className="mu" dir="auto" style={{ margin: '22px 0 2px', ...label }}>
        {tool.category}
      </p>
      <h3 dir="auto" style={serif(21, 27)}>
        {tool.url === null ? (
          tool.name
        ) : (
          <a href={tool.url} style={link}>
            {tool.name}
          </a>
        )}
      </h3>
      <p dir="auto" style={serif(16, 24, { margin: '3px 0 6px', fontStyle: 'italic' })}>
        {tool.tagline}
      </p>
      {tool.description !== '' && (
        <p dir="auto" style={{ margin: 0 }}>
          {tool.description}
        </p>
      )}
    </>
  );
}
