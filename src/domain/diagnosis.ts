/** One line of `doctor`: what was checked, what was found, and how to fix it if something is wrong. */
export interface Diagnosis {
  readonly what: string;
  readonly state: 'good' | 'note' | 'fault';
  readonly finding: string;
  readonly fix: string | null;
}

export const good = (what: string, finding: string): Diagnosis => ({
  what,
  state: 'good',
  finding,
  fix: null,
});

/** Nothing is broken, but a person should know. */
export const note = (what: string, finding: string, fix: string): Diagnosis => ({
  what,
  state: 'note',
  finding,
  fix,
});

export const fault = (what: string, finding: string, fix: string): Diagnosis => ({
  what,
  state: 'fault',
  finding,
  fix,
});
