import type { Tool } from '../comparison/comparison.ts';
import { communityShip, panelShip, percentLabel } from '../comparison/share.ts';
import { excerpt, oneLine, shortenLabel } from '../text.ts';
import { longestDescription, longestLabel } from './detail.ts';

export interface ToolSummary {
  readonly name: string;
  /** The name where it is only a label. */
  readonly label: string;
  readonly category: string;
  readonly tagline: string;
  /** Empty except in the lead. */
  readonly description: string;
  readonly url: string | null;
  readonly panel: string;
  readonly community: string;
  readonly entryPrice: string;
}

export function describeTool(tool: Tool, isLead: boolean): ToolSummary {
  return {
    name: oneLine(tool.name),
    label: shortenLabel(tool.name, longestLabel),
    category: shortenLabel(tool.category, longestLabel),
    tagline: oneLine(tool.tagline),
    // Whole sentences need no sign that something is missing.
    description: isLead ? excerpt(tool.description, longestDescription).text.replace(/ …$/, '') : '',
    url: tool.url,
    panel: percentLabel(panelShip(tool)),
    community: percentLabel(communityShip(tool)),
    entryPrice: oneLine(tool.entryPrice),
  };
}
