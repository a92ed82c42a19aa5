export const subscriberStatuses = ['pending', 'confirmed', 'unsubscribed'] as const;
export type SubscriberStatus = (typeof subscriberStatuses)[number];

/** `provider`: the provider has it on a list of its own and does not say why. */
export const suppressionReasons = ['hard_bounce', 'complaint', 'soft_bounce', 'provider', 'manual'] as const;
export type SuppressionReason = (typeof suppressionReasons)[number];

/** Why someone who was in the frozen audience is not mailed after all. */
export const skippedReasons = ['unsubscribed', 'suppressed', 'paused'] as const;
