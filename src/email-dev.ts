import { spawn, spawnSync } from 'node:child_process';
import { watch } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type MailName, mailPlaceholders } from './domain/sending/short-mails.ts';
import { compileMail } from './render/render-mail.ts';
import { sampleMails } from './sample/mails.ts';

// npm run email:dev: React Email's preview of the issue and of the short mails. The short mails are rendered with sample
// data, again whenever a template is saved.

const root = fileURLToPath(new URL('..', import.meta.url));
const shortMails = new URL('../emails/short-mails/', import.meta.url);
/** Must be exactly the version of react-email, or the preview asks a question and waits. */
const ui = '@react-email/ui@6.11.6';

async function writeShortMails(): Promise<void> {
  await mkdir(shortMails, { recursive: true });
  for (const name of Object.keys(mailPlaceholders) as MailName[]) {
    try {
      const { html } = (await compileMail(name))(sampleMails[name]);
      await writeFile(new URL(`${name}.html`, shortMails), html);
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    }
  }
}

function fetchPreview(): void {
  try {
    import.meta.resolve('@react-email/ui');
  } catch {
    const options = ['--include=dev', '--no-save', '--no-audit', '--no-fund'];
    const { status } = spawnSync('npm', ['install', ...options, ui], {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    if (status !== 0) process.exit(status ?? 1);
  }
}

fetchPreview();
await writeShortMails();
let pending: NodeJS.Timeout | undefined;
watch(new URL('../templates/', import.meta.url), () => {
  // Saving a file fires several events.
  clearTimeout(pending);
  pending = setTimeout(writeShortMails, 100);
});
const options = ['dev', '--dir', 'emails', '--port', '3987'];
const preview = spawn('email', options, {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => preview.kill(signal));
preview.on('exit', (code) => process.exit(code ?? 0));
