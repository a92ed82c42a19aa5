import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import type { DataFolder } from './data-folder.ts';

/** Everything that stays the same while one data folder is open. */
export interface Site {
  folder: DataFolder;
  /** whom the server runs as; undefined for ourselves */
  account: Account | undefined;
  binaries: Binaries;
  password: string;
  unsafeFast: boolean;
  /** proposes where to listen on 127.0.0.1; asked again when somebody took that port */
  port: () => Promise<number>;
}
