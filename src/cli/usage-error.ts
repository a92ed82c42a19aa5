/** An argument or a setting is given wrongly, which only shows once the command runs; ends with exit code 2. */
export class UsageError extends Error {}
