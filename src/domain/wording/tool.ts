import type { Tool } from '../comparison/comparison.ts';
import { communityShip, panelShip, percentLabel } from '../comparison/share.ts';
import { shorten } from '../issue/issue.ts';
import { cutText, flat, longestDescription, longestLabel } from './lengths.ts';

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
    name: flat(tool.name),
    label: shorten(flat(tool.name), longestLabel),
    category: shorten(flat(tool.category), longestLabel),
    tagline: flat(tool.tagline),
    // Whole sentences need no sign that there were more.
    description: inFull ? cutText(tool.description, longestDescription).text.replace(/ …$/, '') : '',
    url: tool.url,
    panel: percentLabel(panelShip(tool)),
    community: percentLabel(communityShip(tool)),
    entryPrice: flat(tool.entryPrice),
  };
}
