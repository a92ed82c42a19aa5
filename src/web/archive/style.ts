/** The archive's part of the stylesheet. The frame is as wide as the screen allows: a mail is made for 320 px and more. */
export const archiveStyle = `
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
