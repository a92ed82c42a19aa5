import { ship, skip, type ToolDraft } from './draft.ts';

/** Appears in two comparisons, as tools do on the site. */
export const curtling: ToolDraft = {
  slug: 'curtling',
  name: 'Curtling',
  category: 'Meetings',
  tagline: 'The meeting notes that are short enough to be read',
  description:
    'Curtling listens on your own machine and keeps three things from every meeting: what was decided, who does what, and what was left open. Nothing else is stored, and there is no bot in the call.',
  entryPrice: 'Free',
  communityVotes: { ship: 173, skip: 42 },
  reviews: [
    ship(
      'builder',
      'No bot joins, no calendar permission, no transcript to be subpoenaed. It runs on the laptop, writes a file of twelve lines and gets out of the way. The file is Markdown in a folder that I choose. I have seldom wanted so little from a product and received exactly that.',
    ),
    skip(
      'skeptic',
      'Three headings for every meeting is a lovely idea until the meeting is a disagreement. Ours ended without a decision; Curtling recorded the loudest sentence as one. With no transcript to check against, the notes became the truth by lunchtime, and I was on the losing side of a vote that never took place.',
    ),
    ship(
      'founder',
      'Legal said yes in one mail because nothing leaves the machine. I have never seen that sentence before and I have framed it. Free today, and the paid tier for shared decision logs is one that I can already see myself approving.',
    ),
    ship(
      'futurist',
      'Forgetting is a feature that nobody else dares to sell. A company which keeps every word it ever said will be run by its archive; one that keeps its decisions can still change its mind. I expect the law to arrive at the same view, slowly and with more pages.',
    ),
  ],
};
