import type { Tool } from '../comparison/comparison.ts';
import { communityShip, panelShip, percentLabel } from '../comparison/share.ts';
import { excerpt, oneLine, shortenLabel } from '../text.ts';
import { longestDescription, longestLabel } from './lengths.ts';

export interface ToolReading {
  readonly name: string;
  /** The name where it is only a label. */
  readonly label: string;
  readonly category: string;
  readonly tagline: string;
  /** Empty unless the comparison is told in full. */
  readonly description: string;
  readonly url: string | null;
  readonly panel: string;
  readonly community: string;
  readonly entryPrice: string;
}

export function readTool(tool: Tool, inFull: boolean): ToolReading {
  return {
    name: oneLine(tool.name),
    label: shortenLabel(tool.name, longestLabel),
    category: shortenLabel(tool.category, longestLabel),
    tagline: oneLine(tool.tagline),
    // Whole sentences need no sign that there were more.
    description: inFull ? excerpt(tool.description, longestDescription).text.replace(/ …$/, '') : '',
    url: tool.url,
    panel: percentLabel(panelShip(tool)),
    community: percentLabel(communityShip(tool)),
    entryPrice: oneLine(tool.entryPrice),
  };
}
