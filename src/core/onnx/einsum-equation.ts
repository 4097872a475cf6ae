// Reads the equation of an Einsum: one letter per axis, dots and the implicit result written out.

export interface EinsumEquation {
  /** One letter per axis of every input. */
  readonly terms: readonly string[];
  /** One letter per axis of the result. */
  readonly result: string;
}

/** @param ranks number of axes of every input, which dots stand for a part of. */
export function readEinsumEquation(text: string, ranks: readonly number[]): EinsumEquation {
  const equation = text.replaceAll(/\s/g, "");
  const [left, right] = equation.split("->") as [string, string?];
  const written = left.split(",");
  const hidden = written.map((term, place) =>
    term.includes(dots) ? (ranks[place] ?? 0) - (term.length - dots.length) : 0,
  );
  const most = Math.max(...hidden);
  const letters = unusedLetters(equation).slice(0, most).join("");
  const fill = (term: string, count: number) => term.replace(dots, count > 0 ? letters.slice(-count) : "");
  const terms = written.map((term, place) => fill(term, hidden[place]!));
  return { terms, result: right === undefined ? letters + implicitResult(left) : fill(right, most) };
}

const dots = "...";

function unusedLetters(equation: string): readonly string[] {
  const all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return [...all].filter((letter) => !equation.includes(letter));
}

/** Without an arrow: the letters that occur once, in alphabetical order. */
function implicitResult(terms: string): string {
  const letters = [...terms].filter((letter) => /[A-Za-z]/.test(letter));
  return letters
    .filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter))
    .sort()
    .join("");
}
