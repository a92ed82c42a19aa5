import { Body, Html, Preview } from '@react-email/components';
import type { ReactNode } from 'react';
import { escapeContent } from '../../src/domain/text.ts';
import { emailCss, light } from '../../src/theme.ts';
import { base } from './style.ts';

/** For Outlook, whose Word engine ignores max-width and inherited fonts. */
const wordCss = `<!--[if mso]><style>td,th,p{font-family:Arial,sans-serif;font-size:15px;line-height:23px;color:${light.ink}}table{mso-table-lspace:0;mso-table-rspace:0}td,th,p,h1,h2,h3{mso-line-height-rule:exactly}</style><xml><o:OfficeDocumentSettings xmlns:o="urn:schemas-microsoft-com:office:office"><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml><![endif]-->`;

const head = (title: string) =>
  [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="x-apple-disable-message-reformatting">',
    '<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="supported-color-schemes" content="light dark">',
    `<title>${escapeContent(title)}</title>`,
    `<style>${emailCss()}</style>`,
    wordCss,
  ].join('');

interface DocProps {
  readonly title: string;
  readonly preheader: string;
  readonly children: ReactNode;
}

/**
 * The page: one column of at most 600 px. After rendering, src/render/render-issue.ts replaces the two hidden markers
 * by a table of 600 px for Outlook.
 */
export function Doc({ title, preheader, children }: DocProps) {
  return (
    <Html lang="en" dir="ltr">
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: React cannot write conditional comments; the title is escaped */}
      <head dangerouslySetInnerHTML={{ __html: head(title) }} />
      <Body style={{ margin: 0, padding: 0, backgroundColor: light.paper }}>
        <Preview>{preheader}</Preview>
        <main>
          {/* biome-ignore lint/a11y/useSemanticElements: mail clients strip <article> */}
          <div
            role="article"
            aria-roledescription="email"
            aria-label={title}
            lang="en"
            className="pg"
            style={{ backgroundColor: light.paper }}
          >
            <i data-mso="open" hidden />
            <table
              role="presentation"
              align="center"
              width="100%"
              cellPadding="0"
              cellSpacing="0"
              style={{ maxWidth: 600, margin: '0 auto' }}
            >
              <tbody>
                <tr>
                  <td style={{ padding: '24px 20px 40px', ...base }}>{children}</td>
                </tr>
              </tbody>
            </table>
            <i data-mso="close" hidden />
          </div>
        </main>
      </Body>
    </Html>
  );
}
