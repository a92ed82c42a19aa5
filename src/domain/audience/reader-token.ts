import { randomBytes } from 'node:crypto';

/** 128 random bits as base64url, 22 characters: names a reader in links without naming the address. */
export const newReaderToken = () => randomBytes(16).toString('base64url');
