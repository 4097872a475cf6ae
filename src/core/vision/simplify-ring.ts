// Leaves out the corners of a closed line that hardly change it (Ramer 1972, Douglas and Peucker 1973).

/**
 * @param ring corners, x and y in turn; the last joins the first.
 * @param tolerance no left-out corner is farther from the new line than this.
 * @returns a subset of the corners in their order; at least three of them, if there were as many.
 */
export function simplifyRing(ring: readonly number[], tolerance: number): readonly number[] {
  const count = ring.length / 2;
  if (count <= 3) return ring;
  // A ring has no ends: cut it at its first corner and at the one farthest from that.
  const opposite = farthest(ring, 0, count, (x, y) => Math.hypot(x - ring[0], y - ring[1])).index;
  const kept = new Uint8Array(count);
  kept[0] = 1;
  kept[opposite] = 1;
  const stretches = [
    [0, opposite],
    [opposite, count],
  ];
  for (let stretch = stretches.pop(); stretch !== undefined; stretch = stretches.pop()) {
    const [from, to] = stretch;
    const found = farthest(ring, from, to, distanceToSegment(ring, from, to % count));
    if (found.distance <= tolerance) continue;
    kept[found.index] = 1;
    stretches.push([from, found.index], [found.index, to]);
  }
  const simplified: number[] = [];
  for (let index = 0; index < count; index++) {
    if (kept[index]) simplified.push(ring[2 * index], ring[2 * index + 1]);
  }
  return simplified.length >= 6 ? simplified : ring;
}

/** The corner strictly between `from` and `to` where `distance` is largest. */
function farthest(
  ring: readonly number[],
  from: number,
  to: number,
  distance: (x: number, y: number) => number,
): { readonly index: number; readonly distance: number } {
  let best = { index: from, distance: -1 };
  for (let index = from + 1; index < to; index++) {
    const candidate = distance(ring[2 * index], ring[2 * index + 1]);
    if (candidate > best.distance) best = { index, distance: candidate };
  }
  return best;
}

function distanceToSegment(
  ring: readonly number[],
  from: number,
  to: number,
): (x: number, y: number) => number {
  const startX = ring[2 * from];
  const startY = ring[2 * from + 1];
  const deltaX = ring[2 * to] - startX;
  const deltaY = ring[2 * to + 1] - startY;
  const squared = deltaX * deltaX + deltaY * deltaY;
  return (x, y) => {
    const along = squared === 0 ? 0 : ((x - startX) * deltaX + (y - startY) * deltaY) / squared;
    const share = Math.min(1, Math.max(0, along));
    return Math.hypot(x - startX - share * deltaX, y - startY - share * deltaY);
  };
}
