// Draws the border of a mask as an SVG path: marching squares with sub-pixel corners.
import { simplifyRing } from "./simplify-ring.ts";

/** A mask's coverage goes from 0 to 255; the outline runs where it is half. */
const threshold = 127.5;

/**
 * The outline of a mask as the `d` of one SVG path, in the mask's pixels with (0, 0) at its upper left corner.
 * Everything outside the mask counts as uncovered, so every ring is closed and runs along the border if need be;
 * holes are rings of the opposite sense.
 * @param coverage `[height, width]`, 0..255.
 * @param tolerance how far, in pixels, a ring may leave the exact one to become shorter.
 * @returns "" where nothing is covered.
 */
export function outlinePath(coverage: Uint8Array, width: number, height: number, tolerance = 0.2): string {
  return traceRings(coverage, width, height)
    .map((ring) => ringPath(simplifyRing(ring, tolerance)))
    .join("");
}

/** Corners of one closed ring, x and y in turn. */
export type Ring = readonly number[];

/**
 * The exact rings at half coverage: between neighbouring pixel centres a corner lies where linear interpolation
 * says. Where four pixels meet like a chessboard, their mean decides which diagonal is joined.
 */
export function traceRings(coverage: Uint8Array, width: number, height: number): Ring[] {
  const next = linkCrossings(coverage, width, height);
  const rings: Ring[] = [];
  for (let start = 0; start < next.length; start++) {
    if (next[start] < 0) continue;
    const ring: number[] = [];
    for (let crossing = start; next[crossing] >= 0; ) {
      pushCorner(ring, crossing, coverage, width, height);
      const following = next[crossing];
      next[crossing] = -1;
      crossing = following;
    }
    rings.push(ring);
  }
  return rings;
}

/**
 * Every grid edge that the outline crosses, linked to the one it crosses next, covered side on the right hand; -1
 * elsewhere. The edge to the right of grid point (x, y) has number 2 n, the one below it 2 n + 1, where n counts
 * the points of a grid that is one wider on each side.
 */
function linkCrossings(coverage: Uint8Array, width: number, height: number): Int32Array {
  const columns = width + 2;
  const next = new Int32Array(2 * columns * (height + 2)).fill(-1);
  for (let y = -1; y < height; y++) {
    for (let x = -1; x < width; x++) {
      const a = valueAt(coverage, width, height, x, y);
      const b = valueAt(coverage, width, height, x + 1, y);
      const c = valueAt(coverage, width, height, x + 1, y + 1);
      const d = valueAt(coverage, width, height, x, y + 1);
      const kind =
        (a > threshold ? 1 : 0) | (b > threshold ? 2 : 0) | (c > threshold ? 4 : 0) | (d > threshold ? 8 : 0);
      if (kind === 0 || kind === 15) continue;
      const point = (y + 1) * columns + x + 1;
      const edges = [2 * point, 2 * (point + 1) + 1, 2 * (point + columns), 2 * point + 1];
      const joined = (kind === 5 || kind === 10) && a + b + c + d > 4 * threshold;
      for (const [from, to] of segments[joined ? kind + 16 : kind]) next[edges[from]] = edges[to];
    }
  }
  return next;
}

const top = 0;
const right = 1;
const bottom = 2;
const left = 3;

/**
 * From which side of a cell to which the outline runs, by the covered corners: 1 upper left, 2 upper right, 4 lower
 * right, 8 lower left; 16 more where the two covered corners of a chessboard are joined through the middle.
 */
const segments: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  1: [[top, left]],
  2: [[right, top]],
  3: [[right, left]],
  4: [[bottom, right]],
  5: [
    [top, left],
    [bottom, right],
  ],
  6: [[bottom, top]],
  7: [[bottom, left]],
  8: [[left, bottom]],
  9: [[top, bottom]],
  10: [
    [right, top],
    [left, bottom],
  ],
  11: [[right, bottom]],
  12: [[left, right]],
  13: [[top, right]],
  14: [[left, top]],
  21: [
    [top, right],
    [bottom, left],
  ],
  26: [
    [right, bottom],
    [left, top],
  ],
};

function pushCorner(
  ring: number[],
  crossing: number,
  coverage: Uint8Array,
  width: number,
  height: number,
): void {
  const columns = width + 2;
  const point = crossing >> 1;
  const x = (point % columns) - 1;
  const y = Math.floor(point / columns) - 1;
  const down = crossing & 1;
  const here = valueAt(coverage, width, height, x, y);
  const there = valueAt(coverage, width, height, x + 1 - down, y + down);
  const share = (threshold - here) / (there - here);
  ring.push(x + 0.5 + (down ? 0 : share), y + 0.5 + (down ? share : 0));
}

function valueAt(coverage: Uint8Array, width: number, height: number, x: number, y: number): number {
  return x < 0 || y < 0 || x >= width || y >= height ? 0 : coverage[y * width + x];
}

function ringPath(ring: Ring): string {
  let path = "";
  for (let index = 0; index < ring.length; index += 2) {
    path += `${index === 0 ? "M" : "L"}${shortNumber(ring[index])} ${shortNumber(ring[index + 1])}`;
  }
  return `${path}Z`;
}

/** Hundredths of a pixel are more than anyone sees. */
function shortNumber(value: number): string {
  return String(Math.round(value * 100) / 100);
}
