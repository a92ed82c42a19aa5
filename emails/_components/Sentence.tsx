/** Right-to-left scripts such as Hebrew and Arabic, their presentation forms, and direction marks. */
const rightToLeft = /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;

interface SentenceProps {
  readonly text: string;
  readonly names: readonly string[];
}

/** An English sentence that contains names. A right-to-left name is isolated from the words around it. */
export function Sentence({ text, names }: SentenceProps) {
  const name = names.find((each) => rightToLeft.test(each) && text.includes(each));
  if (name === undefined) return text;
  const at = text.indexOf(name);
  return (
    <>
      {text.slice(0, at)}
      <span dir="auto">{name}</span>
      <Sentence text={text.slice(at + name.length)} names={names} />
    </>
  );
}
