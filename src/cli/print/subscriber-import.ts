import type { SubscriberImport, Understood } from '../../audience/import-export/import-subscribers.ts';
import { counted } from '../../domain/text.ts';
import type { Output } from '../output.ts';

/** Lines of the file that are listed for one reason; the others are only counted. */
const maxListed = 20;

export function printImport(out: Output, report: SubscriberImport): void {
  if (report.isDryRun) out.print('Dry run: nothing is changed. An import would do this.');
  printUnderstood(out, report.understood);
  printPeople(out, report);
  warnOfOtherSecret(out, report);
  printLines(
    out,
    `Counted ${counted(report.duplicates, 'row')} with an address that stands in the file before`,
    report.duplicates,
    report.duplicateLines.map(
      ({ line, firstLine, disagrees }) =>
        `line ${line} repeats line ${firstLine}${disagrees ? '; one of the rows says no, and that counts' : ''}`,
    ),
  );
  printLines(
    out,
    `Look at ${counted(report.odd, 'row')} that may have been read wrongly`,
    report.odd,
    report.oddLines.map(({ line, fault }) => `line ${line}: ${fault}`),
  );
  printLines(
    out,
    `Left out ${counted(report.invalid, 'row')}`,
    report.invalid,
    report.invalidLines.map(({ line, fault }) => `line ${line}: ${fault}`),
  );
  if (report.isDryRun && report.endsMany)
    out.print('The import needs --yes, because it ends so many subscriptions.');
}

const delimiterNames: Readonly<Record<string, string>> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' };

function printUnderstood(out: Output, understood: Understood): void {
  const { encoding, delimiter, addresses, maySayNo, isOwnExport } = understood;
  const separators = delimiterNames[delimiter] ?? `"${delimiter}"`;
  out.print(
    `Understood as ${encoding}, columns separated by ${separators}, addresses in "${addresses}"${isOwnExport ? ', an export of this program' : ''}.`,
  );
  out.print(
    maySayNo.length === 0
      ? 'No column says who must not be mailed.'
      : `Who must not be mailed is read from ${maySayNo.map((name) => `"${name}"`).join(', ')}.`,
  );
}

function printPeople(out: Output, report: SubscriberImport): void {
  const rows = [
    ['Added as confirmed', report.added],
    ['Already confirmed', report.unchanged],
    ['Unsubscribed by this file', report.newlyUnsubscribed],
    ['Suppressed by this file', report.newlySuppressed],
    ['Unsubscribed or erased earlier, and left so', report.unsubscribed],
    ['Suppressed earlier, and left so', report.suppressed],
    ['Still subscribed, because they signed up here after the file’s no', report.consentedSince],
    ['Known by a keyed hash only, and never added by an import', report.hashes],
  ] as const;
  out.print(`Read ${counted(report.rows, 'row')}.`);
  for (const [what, count] of rows) if (count > 0) out.print(`  ${what}: ${count}`);
  if (report.ended > 0)
    out.print(`${counted(report.ended, 'person', 'people')} of these got the newsletter until now.`);
}

function warnOfOtherSecret(out: Output, { otherSecret, isDryRun }: SubscriberImport): void {
  const { inFile, stored } = otherSecret;
  if (inFile > 0)
    out.warn(
      `Left out ${counted(inFile, 'keyed hash', 'keyed hashes')} that another APP_SECRET made: these people cannot be recognised here.`,
    );
  if (stored > 0)
    out.warn(
      `${counted(stored, 'person', 'people')} who left or were erased cannot be recognised, because APP_SECRET has changed. If this file lists them, they ${isDryRun ? 'would be' : 'were'} added.`,
    );
}

function printLines(out: Output, heading: string, total: number, lines: readonly string[]): void {
  if (total === 0) return;
  const listed = lines.slice(0, maxListed);
  out.print(`${heading}:`);
  for (const line of listed) out.print(`  ${line}`);
  if (total > listed.length) out.print(`  … and ${total - listed.length} more`);
}
