/** One line of `doctor`: what was looked at, how it is, and how to mend it where it is not well. */
export interface Diagnosis {
  readonly what: string;
  readonly state: 'good' | 'note' | 'fault';
  readonly finding: string;
  readonly mend: string | null;
}

export const good = (what: string, finding: string): Diagnosis => ({
  what,
  state: 'good',
  finding,
  mend: null,
});

/** Nothing is broken, but a person should know. */
export const note = (what: string, finding: string, mend: string): Diagnosis => ({
  what,
  state: 'note',
  finding,
  mend,
});

export const fault = (what: string, finding: string, mend: string): Diagnosis => ({
  what,
  state: 'fault',
  finding,
  mend,
});
