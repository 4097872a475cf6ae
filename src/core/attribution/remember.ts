// Work that a slider does not change is done once.

type Key = string | number | readonly number[];

/** Keeps the last result, so that a slider whose values are not among the arguments repeats nothing. */
export function rememberLast<Arguments extends readonly Key[], Result>(
  compute: (...values: Arguments) => Result,
): (...values: Arguments) => Result {
  let last: { key: string; result: Result } | undefined;
  return (...values) => {
    const key = JSON.stringify(values);
    if (last?.key !== key) last = { key, result: compute(...values) };
    return last.result;
  };
}

/** Computes when first asked. */
export function once<Result>(compute: () => Result): () => Result {
  let kept: { readonly result: Result } | undefined;
  return () => {
    kept ??= { result: compute() };
    return kept.result;
  };
}
