import { curtling } from './curtling.ts';
import { type PairDraft, ship, skip } from './draft.ts';

/** The higher panel wins; one tool is free, one "Paid"; the first tool appears in another comparison as well. */
const recorders: PairDraft = [
  curtling,
  {
    slug: 'thistlebox',
    name: 'Thistlebox',
    category: 'Meetings',
    tagline: 'A small grey box for the middle of the table',
    description:
      'A recorder with a button and a light. It transcribes on the device, knows up to twelve voices and hands over a signed transcript on a memory card. The paid plan adds an archive that you host.',
    entryPrice: 'Paid',
    communityVotes: { ship: 79, skip: 23 },
    reviews: [
      ship(
        'builder',
        'The transcript is signed on the device with a key that I can verify offline, and the protocol fits on one page. I tried to make it forget a voice, add a sentence and lose a minute, and it caught me at all three. The light is on when it listens. That is all the documentation most people will need.',
      ),
      ship(
        'skeptic',
        'It does one thing, it shows when it does it, and it stops when I press the button. I have been reviewing for nine years and am not equipped for this.',
      ),
      ship(
        'founder',
        'Works councils, clinics and courts have budgets for exactly this, and none of them will ever let a bot into a call. A grey box with a light is a product that procurement can picture. Selling hardware is painful; owning the shelf that nobody else wants to stand on is less so.',
      ),
      ship(
        'futurist',
        'Evidence that a conversation took place, in these words, between these people, is about to become expensive. Thistlebox is selling it while it still looks like a gadget.',
      ),
    ],
  },
];

/** No verdict yet: the second tool has no reviews and no votes. */
const dubbing: PairDraft = [
  {
    slug: 'verbenadub',
    name: 'Verbenadub',
    category: 'Video',
    tagline: 'Your lecture in nine languages, with your own stumbles',
    description:
      "Verbenadub translates recorded talks and speaks them in the lecturer's voice, keeping pauses, hesitation and laughter where they were.",
    entryPrice: '$0.09 per minute',
    communityVotes: { ship: 18, skip: 7 },
    reviews: [
      ship(
        'builder',
        'Upload, wait, download, with captions as a separate file and every segment editable without paying for the rest again. It kept my cough. In Portuguese I cough with great conviction.',
      ),
      skip(
        'skeptic',
        'The Finnish version is fluent, warm and says the opposite in minute fourteen, where a double negative met a joke. Nobody in the building spoke Finnish. That is the trouble with this entire category: the only person who could catch the error is the one who needed the dub.',
      ),
      ship(
        'founder',
        'A course that sold in one language now sells in four, and the three new ones cost less than the microphone. Refunds did not move.',
      ),
      ship(
        'futurist',
        'My grandchildren will find it quaint that we chose our teachers by the language they happened to speak. Keeping the stumbles is the right instinct: people trust a voice that searches for a word.',
      ),
    ],
  },
  {
    slug: 'lipsettle',
    name: 'Lipsettle',
    category: 'Video',
    tagline: 'Dubbing in which the mouth agrees with the words',
    description: "Lipsettle redraws the speaker's mouth to match the new language. Reviews are under way.",
    entryPrice: 'Free trial',
    communityVotes: { ship: 0, skip: 0 },
    reviews: [],
  },
];

/** No verdict yet: neither tool has reviews or votes. A very long name. */
const spreadsheets: PairDraft = [
  {
    slug: 'extremely-patient-spreadsheet-assistant-team-edition',
    name: "The Extremely Patient Spreadsheet Assistant for People Who Inherited Somebody Else's Macros (Team Edition)",
    category: 'Spreadsheets & other heirlooms',
    tagline:
      'Reads the workbook that Gerald left behind, finds out what it does, writes it down for you in whole sentences and does not judge Gerald',
    description:
      'It opens workbooks of any age, traces every macro, names the sheets on which the business depends and proposes one small repair at a time. New this week; the panel has begun to read.',
    entryPrice: 'Free, then $9/mo',
    communityVotes: null,
    reviews: [],
  },
  {
    slug: 'gridlewick',
    name: 'Gridlewick',
    category: 'Spreadsheets & other heirlooms',
    tagline: 'Ask the sheet.',
    description: '',
    entryPrice: 'Contact sales',
    communityVotes: null,
    reviews: [],
  },
];

/** The pairs of the week before last, newest first. */
export const weekBeforeLast: readonly PairDraft[] = [recorders, dubbing, spreadsheets];
