/** A small fault to plant into a copy of the source, as somebody might make it. */
export interface Fault {
  readonly name: string;
  readonly edits: readonly Edit[];
}

export interface Edit {
  readonly file: string;
  /** Occurs once in the file. */
  readonly search: string;
  readonly replace: string;
}

/** A fault in one place. */
export const fault = (name: string, file: string, search: string, replace: string): Fault => ({
  name,
  edits: [{ file, search, replace }],
});

/** The text with the fault. Throws where the text to replace is not there exactly once. */
export function applyEdit(text: string, { file, search, replace }: Edit): string {
  const parts = text.split(search);
  if (parts.length !== 2) throw new Error(`${file} has this ${parts.length - 1} times, not once: ${search}`);
  return parts.join(replace);
}
