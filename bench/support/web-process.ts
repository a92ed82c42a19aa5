import { resendWebhooks } from '../../src/mail/resend/webhook.ts';
import { listen } from '../../src/web/http/listen.ts';
import { publicApp } from '../../src/web/public/app.ts';
import { webhookSecret } from '../../tests/support/fake-resend/webhooks.ts';
import { answerParent, usage } from './child.ts';
import { type BenchSettings, benchContext } from './context.ts';

/** The public pages in a process of their own, as `npm start` serves them with ROLES=web. */
answerParent(async (message: 'url' | 'usage', settings: BenchSettings) => {
  if (message === 'usage') return usage();
  const app = publicApp(
    {
      ...benchContext(settings),
      pages: { privacyUrl: null, signUpOrigins: [], trustedProxies: 1 },
      readWebhook: resendWebhooks(webhookSecret),
    },
    { onError: (error) => process.stderr.write(`${String(error)}\n`) },
  );
  const { url } = await listen(app, { port: 0, host: '127.0.0.1', fix: '' });
  return url.replace(/\/$/, '');
});
