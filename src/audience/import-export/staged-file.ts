import type { Tx } from '../../db/client.ts';
import {
  type HashRow,
  type ImportRow,
  type KeptValues,
  stageHashRows,
  stageImportRows,
  storeWordings,
} from '../../db/queries/audience/import-stage.ts';
import type { Keys } from '../../domain/audience/keys.ts';
import { newReaderToken, wordingVersion } from '../../domain/audience/subscriber.ts';
import type { OwnValues } from './own-export.ts';
import type { SubscriberRow } from './read-subscriber-csv.ts';

/** Rows per statement; memory use stays flat whatever the size of the file. */
const chunkSize = 5_000;

/** Wordings of one export; a newsletter has a handful. */
const maxWordings = 1_000;

export interface NamedLine {
  readonly line: number;
  readonly fault: string;
}

/** What was in the file, before anything is done with it. */
export interface StagedRows {
  readonly rows: number;
  /** Rows with only a keyed hash: people whom later imports will recognise. */
  readonly hashes: number;
  /** Left out. */
  readonly invalid: number;
  readonly invalidLines: readonly NamedLine[];
  /** Taken, although something is odd about them. */
  readonly odd: number;
  readonly oddLines: readonly NamedLine[];
}

interface StageOptions {
  readonly keys: Pick<Keys, 'hashAddress' | 'secretId'>;
  readonly at: Date;
  readonly maxLines: number;
  readonly onProgress?: (rows: number) => void;
}

/** Takes the rows of a file one by one, and stores them in the staging tables by the thousand. */
export class StagedFile {
  readonly #tx: Tx;
  readonly #options: StageOptions;
  readonly #secretId: string;
  readonly #counts = { rows: 0, hashes: 0, invalid: 0, odd: 0 };
  readonly #invalidLines: NamedLine[] = [];
  readonly #oddLines: NamedLine[] = [];
  readonly #wordings = new Map<string, string>();
  #ofOtherSecret = 0;
  #people: ImportRow[] = [];
  #hashRows: HashRow[] = [];

  constructor(tx: Tx, options: StageOptions) {
    this.#tx = tx;
    this.#options = options;
    this.#secretId = options.keys.secretId();
  }

  async take(row: SubscriberRow): Promise<void> {
    this.#counts.rows += 1;
    if (row.kind === 'person') this.#takePerson(row);
    else if (row.kind === 'hash') this.#takeHash(row);
    else {
      this.#counts.invalid += 1;
      this.#name(this.#invalidLines, row.line, row.fault);
    }
    if (this.#people.length + this.#hashRows.length >= chunkSize) await this.#stage();
  }

  async finish(): Promise<{ readonly rows: StagedRows; readonly ofOtherSecret: number }> {
    await this.#stage();
    if (this.#wordings.size > 0) await storeWordings(this.#tx, this.#wordings, this.#options.at);
    return {
      rows: { ...this.#counts, invalidLines: this.#invalidLines, oddLines: this.#oddLines },
      ofOtherSecret: this.#ofOtherSecret,
    };
  }

  #takePerson({ line, email, said, own, remark }: Extract<SubscriberRow, { kind: 'person' }>): void {
    if (remark !== null) {
      this.#counts.odd += 1;
      this.#name(this.#oddLines, line, remark);
    }
    this.#people.push({
      ...{ line, email, readerToken: newReaderToken(), addressHash: this.#options.keys.hashAddress(email) },
      ...{ hasLeft: said.hasLeft, suppression: said.suppression, saidAt: said.at },
      own: own === null ? null : this.#keep(own),
    });
  }

  #takeHash(row: HashRow): void {
    if (row.secretId !== null && row.secretId !== this.#secretId) {
      this.#ofOtherSecret += 1;
    } else {
      this.#counts.hashes += 1;
      this.#hashRows.push(row);
    }
  }

  /** With the version of the wording, which is stored once, in place of its text. */
  #keep({ consentWording: text, ...own }: OwnValues): KeptValues {
    const version = text === null ? null : wordingVersion(text);
    if (text !== null && version !== null && this.#wordings.size < maxWordings)
      this.#wordings.set(version, text);
    return { ...own, consentWording: version };
  }

  #name(lines: NamedLine[], line: number, fault: string): void {
    if (lines.length < this.#options.maxLines) lines.push({ line, fault });
  }

  async #stage(): Promise<void> {
    await stageImportRows(this.#tx, this.#people);
    await stageHashRows(this.#tx, this.#hashRows);
    this.#people = [];
    this.#hashRows = [];
    this.#options.onProgress?.(this.#counts.rows);
  }
}
