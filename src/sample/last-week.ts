import { type PairDraft, ship, skip } from './draft.ts';

/** A tie with too few votes to break it: both ship. Usage-based prices. */
const inference: PairDraft = [
  {
    slug: 'gnatwhistle-api',
    name: 'Gnatwhistle API',
    category: 'Model hosting',
    tagline: 'Small open models, served in the time it takes to blink',
    description:
      'Gnatwhistle hosts a dozen small open models behind one endpoint and answers within ninety milliseconds in three regions, with prices that are printed on the front page and have not moved for a year.',
    entryPrice: '$0.40 per 1M tokens',
    communityVotes: { ship: 33, skip: 11 },
    reviews: [
      ship(
        'builder',
        'Ninety milliseconds is a promise that I measured for two weeks, from three regions, and it held on every day but one. On that day the status page knew before my graph did. Streaming, retries and error codes behave as the docs say. This is what boring should feel like.',
      ),
      ship(
        'skeptic',
        'I looked for the asterisk. Rate limits are listed, model versions are pinned, and deprecations come with a date and six months of notice. The one weakness is that small models are small: on long contracts it summarised page one very confidently.',
      ),
      ship(
        'founder',
        'We moved the autocomplete and kept the hard questions where they were. The bill fell by a third and nobody outside the finance call noticed, which is the highest praise for an infrastructure decision that I know of.',
      ),
      skip(
        'futurist',
        'A fast server for models that will run on the phone in two years, for nothing, without a network. Use it, enjoy it, and do not build a wall of the house on it.',
      ),
    ],
  },
  {
    slug: 'slowloaf',
    name: 'Slowloaf',
    category: 'Model hosting',
    tagline: 'Large models overnight, at the price of electricity',
    description:
      'Slowloaf takes jobs until midnight and returns results by breakfast, using capacity that nobody wants while it is dark. There is no interactive endpoint and there are no plans for one.',
    entryPrice: '$0.06 per 1M tokens',
    communityVotes: { ship: 6, skip: 1 },
    reviews: [
      skip(
        'builder',
        'A file goes in at night and a file comes out in the morning, and if row 40,001 was malformed then you learn of it at breakfast together with the other half million rows. No partial results, no dry run, no validation before midnight. I like the price and I like my mornings.',
      ),
      ship(
        'skeptic',
        'I expected a reseller with a story. It is a reseller with a contract: results by seven or the night is free, and in six weeks I was paid for one night, without asking. The answers match those of the expensive endpoint to the comma. I remain suspicious, on principle and at a discount.',
      ),
      ship(
        'founder',
        'We relabelled nine years of tickets for the price of the pizza that we would have bought the interns. Most of our work can wait until morning; we had never asked it.',
      ),
      ship(
        'futurist',
        'Computing that follows the wind and the tariff is how the grid survives us. Slowloaf sells patience as a product, and patience is the one resource that our industry has never tried to scale.',
      ),
    ],
  },
];

/** Skip both. */
const ghostwriters: PairDraft = [
  {
    slug: 'humblethunder',
    name: 'Humblethunder',
    category: 'Writing',
    tagline: 'Turns your calendar into thought leadership',
    description:
      'Humblethunder reads your week and writes five posts about what it taught you. It schedules them, answers the comments and reports how much you are admired.',
    entryPrice: 'Paid',
    communityVotes: { ship: 21, skip: 164 },
    reviews: [
      skip(
        'builder',
        'It wanted access to my calendar, my mail and my camera roll in order to write that failure is a teacher. I could have given it that sentence for nothing.',
      ),
      skip(
        'skeptic',
        "I cancelled a dentist's appointment and the following morning some four hundred people read what it had taught me about letting go. Eleven of them congratulated me. Two were the same program under different names, thanking each other under my post for the conversation. I have seen enough, and so, I think, has everybody else.",
      ),
      skip(
        'founder',
        "Attention that costs nothing is worth what it costs. Our inbound went up, and it was other people's Humblethunder.",
      ),
      ship(
        'futurist',
        'Somebody has to break the professional feed so thoroughly that we go back to writing to each other. On present form it will be this product, and I would like to see it funded. Ship it, and stand well clear.',
      ),
    ],
  },
  {
    slug: 'laurelquill',
    name: 'Laurelquill',
    category: 'Writing',
    tagline: 'Your authentic voice, at scale',
    description:
      'Laurelquill interviews you for ten minutes a month and produces a newsletter, a column and a keynote in what it calls your authentic voice.',
    entryPrice: '$29/mo',
    communityVotes: { ship: 38, skip: 97 },
    reviews: [
      skip(
        'builder',
        'Three of us did the interview. We compared the keynotes afterwards: same lighthouse, same grandmother, same pause before the last slide. One of us has no grandmother that he remembers, and he said that it was moving all the same. The editor cannot delete a paragraph without regenerating the rest.',
      ),
      skip('skeptic', '"Authentic", "voice" and "scale": please choose two.'),
      skip(
        'founder',
        'Ten minutes a month is precisely how much thought it sounds like. My investors replied to the newsletter with their own, and I suspect that none of us was present.',
      ),
      skip(
        'futurist',
        'When everyone can publish without thinking, the scarce thing will be a person who says nothing for a year and then one true sentence. No part of this roadmap leads there.',
      ),
    ],
  },
];

/** Not in English. */
const officialLetters: PairDraft = [
  {
    slug: 'amtslotse',
    name: 'Amtslotse für Behördenpost',
    category: 'Alltag',
    tagline: 'Erklärt den Brief vom Amt, bevor die Frist ihn erklärt',
    description:
      'Amtslotse liest fotografierte Behördenbriefe, nennt Absender, Anliegen und Frist in einfachen Worten und entwirft eine Antwort, die man unterschreiben kann. Die Bilder bleiben auf dem Gerät.',
    entryPrice: '€10/mo',
    communityVotes: { ship: 62, skip: 18 },
    reviews: [
      ship(
        'builder',
        'Zwölf Briefe fotografiert, zwölf Fristen richtig, darunter eine, die nur auf der Rückseite in Klammern stand. Die Texterkennung läuft auf dem Telefon, und das ist bei einem Steuerbescheid kein Luxus. Wünschen würde ich mir einen Export in den Kalender, der nicht über ein Konto in Übersee führt.',
      ),
      ship(
        'skeptic',
        'Ich habe ihm einen Brief gegeben, den selbst die Behörde auf Nachfrage nicht erklären konnte. Die Antwort lautete: »Das ist unklar. Rufen Sie an, und fragen Sie nach dem zweiten Absatz.« Genau das hätte ein vernünftiger Mensch gesagt. Ich bin beinahe gerührt.',
      ),
      skip(
        'founder',
        'Zehn Euro im Monat für etwas, das man viermal im Jahr braucht: Gekauft wird es in der Nacht vor der Frist und gekündigt am Morgen danach. Das Produkt ist gut, das Preismodell wird es nicht bleiben.',
      ),
      ship(
        'futurist',
        'Irgendwann schreibt die Verwaltung so, dass man keinen Lotsen mehr braucht. Bis dahin vergehen, vorsichtig geschätzt, drei Legislaturperioden.',
      ),
    ],
  },
  {
    slug: 'paperolle',
    name: 'Paperolle Größenwahn-Edition',
    category: 'Alltag',
    tagline: 'Widerspricht für dich. Immer. Auch wenn es nicht nötig wäre.',
    description:
      'Paperolle legt gegen jeden eingescannten Bescheid Widerspruch ein, begründet ihn ausführlich und verfolgt das Aktenzeichen, bis jemand nachgibt.',
    entryPrice: '€8/mo',
    communityVotes: { ship: 27, skip: 44 },
    reviews: [
      skip(
        'builder',
        'Es hat Widerspruch gegen eine Steuererstattung eingelegt. Gegen meine eigene. Sechs Seiten, mit Fußnoten.',
      ),
      skip(
        'skeptic',
        'Die zitierten Urteile gibt es, nur handeln sie von Kleingärten. Auf meinen Hinweis hin hat das Programm mir widersprochen, fristgerecht und mit Rechtsbehelfsbelehrung.',
      ),
      skip(
        'founder',
        'Der Ton ist ein Geschäftsmodell: Wer einmal so an das Amt geschrieben hat, braucht danach dauerhaft Hilfe. Für die Kundenbindung ist das ausgezeichnet, für die Kunden weniger.',
      ),
      ship(
        'futurist',
        'Eine Verwaltung, die jeden Bescheid automatisch verteidigen muss, wird ihn irgendwann besser begründen. Unerfreulich, laut und vermutlich wirksam.',
      ),
    ],
  },
];

/** Last week's pairs, newest first. */
export const lastWeek: readonly PairDraft[] = [inference, ghostwriters, officialLetters];
