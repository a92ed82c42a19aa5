export const exitCodes = { done: 0, failed: 1, calledWrongly: 2, waitsForPerson: 3 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
