// Texts that must fit a width in an SVG, where nothing wraps or shortens by itself. Widths are those
// of a common sans serif, rounded up, so a text is rather shortened a letter early than cut.

const narrow = new Set([..."iIl.,:;!'|jtfr()[] ·-"]);
const wide = new Set([...'mMwW@%—']);

function letter(character: string): number {
  if (narrow.has(character)) return 0.37;
  if (wide.has(character)) return 0.95;
  return character >= 'A' && character <= 'Z' ? 0.71 : 0.62;
}

export const textWidth = (text: string, size: number): number => [...text].reduce((total, character) => total + letter(character), 0) * size;

/** The text, or its beginning and an ellipsis. */
export function fit(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  const letters = [...text];
  let end = letters.length;
  while (end > 1 && textWidth(`${letters.slice(0, end).join('').trimEnd()}…`, size) > width) end -= 1;
  return `${letters.slice(0, end).join('').trimEnd()}…`;
}

/** Breaks at spaces into at most `lines` lines; the last one is shortened. */
export function fitLines(text: string, width: number, size: number, lines: number): string[] {
  const words = text.trim().split(/\s+/);
  const out: string[] = [];
  let line = '';
  while (words.length > 0) {
    const word = words[0]!;
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, size) > width) {
      if (out.length === lines - 1) return [...out, fit(`${line} ${words.join(' ')}`, width, size)];
      out.push(line);
      line = '';
    } else {
      line = longer;
      words.shift();
    }
  }
  return [...out, fit(line, width, size)];
}
