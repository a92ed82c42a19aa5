const ending = 'wait for a person: their outcome is not known or cannot be booked.';

/** Why an issue is held of which everything is settled but some batches. */
export const outcomesMissing = (batches: number) => `${batches} batch(es) ${ending}`;

/** Held for that alone: once the outcomes are known nobody needs to resume it. */
export const isAboutOutcomes = (heldReason: string | null) => heldReason?.endsWith(ending) ?? false;
