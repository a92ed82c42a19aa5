/** The editor's words; an empty line starts a paragraph. */
export function Intro({ text }: { readonly text: string }) {
  const paragraphs = text.split(/\n\s*\n/).filter((each) => each.trim() !== '');
  return paragraphs.map((paragraph) => (
    <p key={paragraph} dir="auto" style={{ margin: '18px 0 0', fontSize: 16, lineHeight: '25px' }}>
      {paragraph}
    </p>
  ));
}
