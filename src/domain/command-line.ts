/** A command of the project as a person can paste it into a shell, for hints: `status --week 2026-W47`. */
export const commandLine = (rest: string) => `npm run -s verdicts -- ${rest}`.trimEnd();
