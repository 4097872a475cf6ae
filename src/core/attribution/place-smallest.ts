// Brings the smallest numbers of an array to its front, without sorting it.

/**
 * Reorders `values` in place: the `count` smallest come first, the largest of them last among these.
 * @param values finite numbers.
 * @param count 1 to the length.
 * @see Hoare 1961, Algorithm 65: FIND, https://doi.org/10.1145/366622.366647
 */
export function placeSmallest(values: Float64Array, count: number): void {
  const wanted = count - 1;
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[wanted];
    let up = left;
    let down = right;
    while (up <= down) {
      while (values[up] < pivot) up++;
      while (values[down] > pivot) down--;
      if (up > down) break;
      const value = values[up];
      values[up++] = values[down];
      values[down--] = value;
    }
    if (down < wanted) left = up;
    if (up > wanted) right = down;
  }
}
