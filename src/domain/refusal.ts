/** An expected failure: what, where and what to do, in one or two plain sentences. */
export interface Refusal {
  readonly ok: false;
  readonly message: string;
  /** Whether it waits for a person rather than being an error. */
  readonly waitsForPerson: boolean;
}

export type Result<T extends object> = ({ readonly ok: true } & T) | Refusal;

export const done = <T extends object>(value: T) => ({ ok: true as const, ...value });

export const refuse = (message: string): Refusal => ({ ok: false, message, waitsForPerson: false });

export const waitForPerson = (message: string): Refusal => ({ ok: false, message, waitsForPerson: true });

/** A command to paste into a shell, for hints in messages: `commandLine('status --week 2026-W47')`. */
export const commandLine = (command: string) => `npm run -s verdicts -- ${command}`.trimEnd();
