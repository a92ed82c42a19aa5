/**
 * Bytes of finished html an issue may have. Gmail clips a message near 102 KB, and link tracking makes
 * links longer after we have measured.
 */
export const htmlBudgetBytes = 90_000;
