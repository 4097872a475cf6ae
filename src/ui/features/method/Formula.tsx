// A method's formula: one clause a line, what follows an underscore set lower.

/** `a_l` and `a_{L−1}` in plain text. */
const subscript = /_(?:\{([^}]*)\}|([\p{L}\p{N}]+))/gu;

/** @param formula clauses apart by two spaces, subscripts as in TeX. */
export function Formula({ formula }: { readonly formula: string }) {
  return (
    <div className="formula">
      {formula.split(/ {2,}/).map((clause) => (
        <p key={clause}>{withSubscripts(clause)}</p>
      ))}
    </div>
  );
}

function withSubscripts(clause: string) {
  // Splitting at a pattern with two groups gives text, group, group, text, ...: one of the groups is absent.
  return clause.split(subscript).map((part, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a formula never move.
    if (index % 3 !== 0) return part === undefined ? null : <sub key={index}>{part}</sub>;
    return part;
  });
}
