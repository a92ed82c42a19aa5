import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { MiddlewareHandler } from 'hono';
import { pageVariables } from '../../theme.ts';

/** Pico styles elements, not classes: forms, tables and type look right before our own rules. */
const base = readFileSync(
  fileURLToPath(import.meta.resolve('@picocss/pico/css/pico.classless.min.css')),
  'utf8',
);

/** The selectors by which Pico sets its colours; ours must be as specific to replace them. */
const roots = ':root:not([data-theme=dark]),:root:not([data-theme])';

const ownRules = `
${roots}{
  --pico-font-family:var(--sans);--pico-font-size:100%;--pico-line-height:1.55;--pico-border-radius:0;
  --pico-background-color:var(--paper);--pico-color:var(--ink);--pico-muted-color:var(--muted);
  --pico-muted-border-color:var(--hairline);--pico-table-border-color:var(--hairline);
  --pico-h1-color:var(--ink);--pico-h2-color:var(--ink);--pico-h3-color:var(--ink);
  --pico-primary:var(--ink);--pico-primary-hover:var(--ink);--pico-primary-underline:var(--muted);
  --pico-primary-hover-underline:var(--ink);--pico-primary-focus:var(--hairline);
  --pico-primary-background:var(--ink);--pico-primary-border:var(--ink);--pico-primary-inverse:var(--paper);
  --pico-primary-hover-background:var(--ink);--pico-primary-hover-border:var(--ink);
  --pico-form-element-background-color:transparent;--pico-form-element-active-background-color:transparent;
  --pico-form-element-border-color:var(--muted);--pico-form-element-active-border-color:var(--ink);
  --pico-form-element-focus-color:var(--ink);--pico-form-element-color:var(--ink);
  --pico-form-element-placeholder-color:var(--muted);--pico-box-shadow:none;--pico-button-box-shadow:none;
  --pico-transition:none}
body{--gutter:clamp(1rem,4vw,3rem);max-width:46rem;margin-inline:auto;padding:1.5rem var(--gutter) 3rem;
  font-variant-numeric:tabular-nums lining-nums;overflow-wrap:anywhere}
body>header,body>main,body>footer{max-width:none;padding:0;margin:0}
h1,h2,h3{font-family:var(--serif);font-weight:400;text-wrap:balance}
h1{font-size:clamp(1.9rem,1.3rem + 2.6vw,3rem);line-height:1.12;letter-spacing:-.01em;margin:0 0 1rem}
h2{font-size:1.375rem;line-height:1.3;margin:3rem 0 1rem;padding-top:.75rem;border-top:1px solid var(--ink)}
h3{font-size:1.125rem;line-height:1.4}
a,a:hover{color:inherit;text-underline-offset:.18em}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:2px solid var(--ink);outline-offset:3px}
main:focus{outline:none}
.skip{position:absolute;inset-inline-start:-100vw;background:var(--ink);color:var(--paper);padding:.5rem 1rem;z-index:1}
.skip:focus{inset-inline-start:var(--gutter);top:.5rem;color:var(--paper)}

body>header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:0 1.5rem;
  padding-top:.75rem;border-top:3px solid var(--ink);margin-bottom:3rem}
body>header p{margin:0}
body>header nav{display:flex;gap:1.25rem;font-size:.875rem}
.name{font:1.125rem/1.4 var(--serif)}
.name a{text-decoration:none}
.name a:hover{text-decoration:underline}
body>footer{margin-top:4rem;padding-top:.75rem;border-top:1px solid var(--hairline);color:var(--muted);font-size:.875rem}
body>footer p{margin:0 0 .25rem;color:inherit;font-size:inherit}
body>footer a+a{margin-inline-start:1.25rem}
.lede{font-size:1.125rem;line-height:1.55;color:var(--muted);max-width:36em}
.label{font-size:.75rem;line-height:1.5;letter-spacing:.06em;color:var(--muted);margin:0 0 .25rem}
.latest{font:1.25rem/1.35 var(--serif)}
.small{font-size:.875rem;color:var(--muted)}

form{margin:0}
label{margin-bottom:.375rem;color:var(--muted);font-size:.875rem}
input:not([type=hidden]){min-height:3rem;margin:0}
button[type=submit]{width:auto;min-height:3rem;margin:0;padding:.5rem 1.5rem}
button[type=submit]:hover{text-decoration:underline;text-underline-offset:.2em}
button.secondary{background:transparent;color:var(--ink)}
.row{display:flex;flex-wrap:wrap;gap:.75rem}
.row input{flex:1 1 14rem;width:auto}
.sign-up{margin-top:2rem;max-width:36rem}
.sign-up .small{margin:.75rem 0 0}
.error{color:var(--skip);font-weight:600;margin:0 0 .5rem}
.offscreen{position:absolute;inset-inline-start:-100vw}
.notice{border-inline-start:3px solid var(--ship);padding-inline-start:.75rem;font-weight:600}
form+form{margin-top:.75rem}
.row form+form{margin-top:0}
form+.small,form+p{margin-top:1.25rem}

/* The archive. The frame is as wide as the screen allows: mails are made for 320 px and more. */
article{margin:0;padding:0;background:none;box-shadow:none}
.issues,.verdicts{padding:0;margin:0}
.issues li,.verdicts li{list-style:none}
.issues li{padding:.875rem 0;border-bottom:1px solid var(--hairline)}
.issues li:last-child,.verdicts li:last-child{border:0}
.issues p:last-child{margin:0;font:1.1875rem/1.35 var(--serif)}
.issues .label{margin:0}
.verdicts li{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:0 1.5rem;align-items:baseline;
  padding:.5rem 0;border-bottom:1px solid var(--hairline)}
.verdicts b{font:400 1.1875rem/1.35 var(--serif)}
iframe.issue{display:block;width:calc(100% + 2*var(--gutter));margin:0 calc(-1*var(--gutter));height:max(36rem,85vh);
  height:max(36rem,85svh);border:0;border-block:1px solid var(--hairline)}
.small a+a{margin-inline-start:1.25rem}
.neighbours{display:block;margin-top:2rem}
.neighbours p{margin:0 0 .5rem}
.neighbours .label{display:inline-block;min-width:4.5rem}
@media(max-width:30rem){.verdicts li{grid-template-columns:minmax(0,1fr)}}
`;

const css = `${base}\n${pageVariables()}\n${ownRules}`;
const gzipped = gzipSync(css, { level: 9 });

/** Named by its content, so that browsers can cache it for ever. */
export const stylesheetPath = `/readers-${createHash('sha256').update(css).digest('hex').slice(0, 12)}.css`;

export const serveStylesheet: MiddlewareHandler = async (c) => {
  const headers = {
    'Content-Type': 'text/css; charset=utf-8',
    'Cache-Control': 'public, max-age=31536000, immutable',
    Vary: 'Accept-Encoding',
  };
  if (!/\bgzip\b/.test(c.req.header('accept-encoding') ?? '')) return c.body(css, 200, headers);
  return c.body(gzipped, 200, { ...headers, 'Content-Encoding': 'gzip' });
};
