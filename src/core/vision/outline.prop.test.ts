import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outlinePath, type Ring, traceRings } from "./outline.ts";
import { simplifyRing } from "./simplify-ring.ts";

const masks = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height, maxLength: width * height })
      .map((coverage) => ({ width, height, coverage: new Uint8Array(coverage) })),
  );

describe("traceRings", () => {
  it("puts exactly the covered pixel centres inside", () => {
    fc.assert(
      fc.property(masks, ({ width, height, coverage }) => {
        const rings = traceRings(coverage, width, height);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const inside = rings.reduce((sum, ring) => sum + winding(ring, x + 0.5, y + 0.5), 0) !== 0;
            expect(inside, `${x}, ${y}`).toBe(coverage[y * width + x] > 127.5);
          }
        }
      }),
    );
  });

  it("never leaves the mask", () => {
    fc.assert(
      fc.property(masks, ({ width, height, coverage }) => {
        for (const ring of traceRings(coverage, width, height)) {
          for (let index = 0; index < ring.length; index += 2) {
            expect(ring[index] >= 0 && ring[index] <= width).toBe(true);
            expect(ring[index + 1] >= 0 && ring[index + 1] <= height).toBe(true);
          }
        }
      }),
    );
  });
});

describe("simplifyRing", () => {
  it("leaves out only corners that are near the line that remains", () => {
    fc.assert(
      fc.property(
        masks,
        fc.double({ min: 0, max: 2, noNaN: true }),
        ({ width, height, coverage }, tolerance) => {
          for (const ring of traceRings(coverage, width, height)) {
            const simplified = simplifyRing(ring, tolerance);
            expect(simplified.length).toBeGreaterThanOrEqual(Math.min(6, ring.length));
            for (let index = 0; index < ring.length; index += 2) {
              expect(distanceToRing(simplified, ring[index], ring[index + 1])).toBeLessThanOrEqual(
                tolerance + 1e-9,
              );
            }
          }
        },
      ),
    );
  });
});

describe("outlinePath", () => {
  it("is a path of closed rings, or nothing", () => {
    fc.assert(
      fc.property(masks, ({ width, height, coverage }) => {
        const path = outlinePath(coverage, width, height);
        expect(path).toMatch(/^(M[\d.]+ [\d.]+(L[\d.]+ [\d.]+)+Z)*$/);
        expect(path === "").toBe(coverage.every((value) => value < 128));
      }),
    );
  });
});

/** How often the ring goes round the point. */
function winding(ring: Ring, x: number, y: number): number {
  let turns = 0;
  for (let index = 0; index < ring.length; index += 2) {
    const following = (index + 2) % ring.length;
    const [x0, y0, x1, y1] = [ring[index], ring[index + 1], ring[following], ring[following + 1]];
    if (y0 <= y === y1 <= y) continue;
    const crossing = x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);
    if (crossing > x) turns += y1 > y0 ? 1 : -1;
  }
  return turns;
}

function distanceToRing(ring: readonly number[], x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let index = 0; index < ring.length; index += 2) {
    const following = (index + 2) % ring.length;
    const deltaX = ring[following] - ring[index];
    const deltaY = ring[following + 1] - ring[index + 1];
    const squared = deltaX * deltaX + deltaY * deltaY;
    const along = squared === 0 ? 0 : ((x - ring[index]) * deltaX + (y - ring[index + 1]) * deltaY) / squared;
    const share = Math.min(1, Math.max(0, along));
    nearest = Math.min(
      nearest,
      Math.hypot(x - ring[index] - share * deltaX, y - ring[index + 1] - share * deltaY),
    );
  }
  return nearest;
}
