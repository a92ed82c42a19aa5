/** An expected "no": what, where and what to do, in one or two plain sentences. */
export interface Refusal {
  readonly ok: false;
  readonly message: string;
  /** Something waits for a person, rather than being wrong. */
  readonly waitsForPerson: boolean;
}

export type Result<T extends object> = ({ readonly ok: true } & T) | Refusal;

export const done = <T extends object>(value: T) => ({ ok: true as const, ...value });

export const refuse = (message: string): Refusal => ({ ok: false, message, waitsForPerson: false });

export const waitForPerson = (message: string): Refusal => ({ ok: false, message, waitsForPerson: true });
