import { userInfo } from 'node:os';

/** Who runs the command; containers run under numbers that have no name. */
export function thisUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
