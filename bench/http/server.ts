import { resendWebhooks } from '../../src/mail/resend/read-webhook.ts';
import { listen } from '../../src/web/listen.ts';
import { publicApp } from '../../src/web/public/app.ts';
import { webhookSecret } from '../../tests/support/fake-resend/webhooks.ts';
import { answerParent, usage } from '../child.ts';
import { benchContext } from '../send/context.ts';

/** The readers' pages in a process of its own, as `npm start` with ROLES=web serves them. */
answerParent(async (message: 'url' | 'usage', { databaseUrl }: { databaseUrl: string }) => {
  if (message === 'usage') return usage();
  const ctx = benchContext({ databaseUrl, receiverUrl: 'http://127.0.0.1:9', mode: 'template' });
  const app = publicApp(
    {
      ...ctx,
      pages: { privacyUrl: null, signUpOrigins: [], trustedProxies: 1 },
      readWebhook: resendWebhooks(webhookSecret),
    },
    { onError: (error) => process.stderr.write(`${String(error)}\n`) },
  );
  const { url } = await listen(app, { port: 0, host: '127.0.0.1', fix: '' });
  return { url };
});
