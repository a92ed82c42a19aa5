import { pageVariables } from '../../theme.ts';
import { frameWidths } from './frames.ts';

/** Paper, ink and rules, as in the mail. Widths are in characters for text, in pixels for mail. */
export const stylesheet = `${pageVariables()}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
body{--gutter:clamp(1rem,4vw,3rem);margin:0 auto;max-width:100rem;padding:1.5rem var(--gutter) 3rem;
  background:var(--paper);color:var(--ink);font:1rem/1.5 var(--sans);font-variant-numeric:tabular-nums lining-nums;overflow-wrap:anywhere}
h1,h2,p,ol,ul,dl,dd,figure,pre{margin:0;padding:0}
h1,h2{font-family:var(--serif);font-weight:400;text-wrap:balance}
h1{font-size:clamp(1.75rem,1.2rem + 2.4vw,3rem);line-height:1.12;letter-spacing:-.01em;max-width:24em;margin-top:.4rem}
h2{font-size:1.375rem;line-height:1.3;margin:3rem 0 1rem;padding-top:.75rem;border-top:1px solid var(--ink)}
a{color:inherit;text-underline-offset:.18em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:2px solid var(--ink);outline-offset:3px}
main:focus{outline:none}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.875rem}
ol,ul{list-style:none}
dt,.label,thead th{font-size:.75rem;line-height:1.5;font-weight:400;letter-spacing:.06em;color:var(--muted);text-align:start}
.note,.fix,.where{color:var(--muted);font-size:.875rem;font-weight:400}
.good{color:var(--ship)}
.bad{color:var(--skip)}
.good,.bad,.mild{font-weight:600}
.skip{position:absolute;inset-inline-start:-100vw;background:var(--ink);color:var(--paper);padding:.5rem 1rem;z-index:1}
.skip:focus{inset-inline-start:var(--gutter);top:.5rem}

.masthead{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:0 1rem;
  padding-top:.75rem;border-top:3px solid var(--ink);margin-bottom:2.5rem}
.masthead nav{font-size:.875rem}
.masthead .name{font:1.125rem/1.4 var(--serif)}
.masthead .name a{text-decoration:none}
.masthead .name a:hover{text-decoration:underline}
.lede{font-size:1.125rem;line-height:1.55;max-width:42em;color:var(--muted);margin-top:.75rem}
h1 a{text-decoration-color:var(--hairline);text-decoration-thickness:2px}
h1 a:hover{text-decoration-color:currentColor}
.lede+p,.more{margin-top:1.25rem}
.colophon{margin-top:4rem;padding-top:.75rem;border-top:1px solid var(--hairline);color:var(--muted);font-size:.875rem}

.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(9rem,100%),1fr));gap:1rem 2rem;margin-top:2rem;
  padding-block:.875rem;border-block:1px solid var(--hairline)}
.facts dd{font-size:1.0625rem}
.facts .note{display:block}
.facts .wide{grid-column:span 2}
.bar{display:block;width:100%;height:.375rem;margin-block:.375rem .25rem}
.bar rect{fill:var(--hairline)}
.bar .used{fill:var(--ink)}
.bar .over{fill:var(--skip)}

.box{width:100%;max-width:60rem;border-collapse:collapse}
.box th,.box td{padding:.125rem 0 .125rem .75rem;text-align:end;vertical-align:baseline;font-weight:400}
.box thead th{overflow-wrap:normal}
.box td:not(:last-child){white-space:nowrap}
.box td:last-child{min-width:6.75rem}
.box th:first-child{padding-inline-start:0;text-align:start;width:46%}
.box .verdict th{font:1.25rem/1.35 var(--serif);padding-top:.75rem;border-top:1px solid var(--hairline)}
.box tbody tr:last-child>*{padding-bottom:.875rem}

.issues li{display:grid;grid-template-columns:auto 1fr;gap:.125rem .75rem;padding-block:.75rem}
.issues li+li,.findings li+li{border-top:1px solid var(--hairline)}
.issues .title,.issues .key{grid-column:1/-1}
.issues .title{font:1.125rem/1.4 var(--serif)}
.issues .figure{color:var(--muted);font-size:.875rem}
.issues .key span+span{margin-inline-start:.75rem}

.decisions{max-width:60rem}
.decisions li{display:grid;gap:0 2rem;padding-block:.5rem}
.decisions .figure{color:var(--muted);font-size:.875rem;white-space:nowrap}

.columns{display:grid;gap:0 4rem}
.columns>section{min-width:0}
.findings li{padding-block:.875rem;max-width:44em}
.findings li:first-child{padding-top:0}
.findings code{margin-inline-start:.5rem}
.findings .where{margin-inline-start:.5rem}
.notes li{display:grid;gap:0 2rem;padding-block:.5rem;max-width:60rem}
.notes span{color:var(--muted)}

.ledger{width:100%;border-collapse:collapse;margin-bottom:1rem}
.ledger th,.ledger td{padding:.4375rem 0;text-align:start;vertical-align:baseline;border-top:1px solid var(--hairline)}
.ledger thead th,.ledger thead td{border-top:0;padding-top:0}
.ledger tbody th,.ledger tfoot th{font-weight:400}
.ledger th .note{display:block}
.ledger .number{text-align:end;white-space:nowrap;padding-inline-start:1rem}
.ledger .none td{color:var(--muted)}
.ledger tfoot th,.ledger tfoot td{border-top:1px solid var(--ink);font-weight:600}
.ledger+p+p{color:var(--muted);font-size:.875rem;margin-top:.25rem}

.choices{display:flex;flex-wrap:wrap;gap:.25rem 2.5rem;margin-bottom:1.5rem}
.choices a{display:inline-block;padding:.25rem 0;margin-inline-start:.75rem}
.choices a[aria-current]{font-weight:600;text-decoration:none}
.pair{display:flex;flex-wrap:wrap;gap:2rem 1.5rem;align-items:start;margin-bottom:2rem}
figure{max-width:100%}
figcaption{font-size:.875rem;color:var(--muted);margin-bottom:.375rem}
figcaption a{margin-inline-start:.5rem}
.pane{overflow-x:auto;outline:1px solid var(--hairline)}
.pane iframe{display:block;border:0;height:min(45rem,85vh)}
.pane .light{color-scheme:light}
.pane .dark{color-scheme:dark}
${frameWidths.map((width) => `.w${width} iframe{width:${width}px}`).join('\n')}
pre{white-space:pre-wrap;margin-top:1rem;padding:1rem;outline:1px solid var(--hairline);max-width:calc(80ch + 3rem);max-height:45rem;overflow-y:auto;line-height:1.5}

@media (max-width:30rem){
.box tr>:nth-child(3){display:none}
.box th:first-child{width:40%}
}
@media (max-width:40rem){
.pane{margin-inline:calc(-1*var(--gutter))}
}
@media (min-width:48rem){
.issues li{grid-template-columns:10rem minmax(0,1fr) 6rem 13rem;column-gap:2rem;align-items:baseline}
.issues .title,.issues .key{grid-column:auto}
.issues .end{text-align:end}
.decisions li{grid-template-columns:10rem minmax(0,1fr);align-items:baseline}
.notes li{grid-template-columns:minmax(0,2fr) minmax(0,3fr)}
}
@media (min-width:64rem){
.columns{grid-template-columns:minmax(0,1fr) minmax(0,26rem)}
.ledger th .note{display:inline;margin-inline-start:.5rem}
}
`;
