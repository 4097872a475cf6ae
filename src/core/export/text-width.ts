// How wide a text will be, near enough to break lines where nothing can be measured.

/** Widths in Helvetica as shares of the font size, by the characters that have them. */
const widths: readonly (readonly [characters: RegExp, share: number])[] = [
  [/[ijl.,:;'|!‘’ ]/, 0.27],
  [/[frt()[\]/\-“”*·]/, 0.33],
  [/[mwMW@%…—]/, 0.88],
  [/[A-Z&+=×−–]/, 0.68],
  // Ideographs and the like fill a square.
  [/[\u{2e80}-\u{ffef}\u{1f000}-\u{1faff}]/u, 1],
];
const usualWidth = 0.556;

/** In the unit of `size`; a few per cent more than most fonts need. */
export function textWidth(text: string, size: number): number {
  let share = 0;
  for (const character of text)
    share += widths.find(([characters]) => characters.test(character))?.[1] ?? usualWidth;
  return 1.04 * share * size;
}

/**
 * Breaks a text into lines between words, or within a word that is longer than a line.
 * @param most lines at most; the last one then ends with an ellipsis.
 */
export function breakLines(
  text: string,
  size: number,
  width: number,
  most = Number.POSITIVE_INFINITY,
): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.trim().split(/\s+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (textWidth(longer, size) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = cutWord(word, size, width);
    line = pieces.pop() ?? "";
    lines.push(...pieces);
  }
  if (line !== "") lines.push(line);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), shorten(lines[most - 1], size, width)];
}

function cutWord(word: string, size: number, width: number): string[] {
  const pieces = [""];
  for (const character of word) {
    const longer = pieces[pieces.length - 1] + character;
    if (pieces[pieces.length - 1] === "" || textWidth(longer, size) <= width)
      pieces[pieces.length - 1] = longer;
    else pieces.push(character);
  }
  return pieces;
}

/** The line with an ellipsis at its end, which must still fit. */
function shorten(line: string, size: number, width: number): string {
  let kept = Array.from(line);
  while (kept.length > 0 && textWidth(`${kept.join("")}…`, size) > width) kept = kept.slice(0, -1);
  return `${kept.join("").trimEnd()}…`;
}
