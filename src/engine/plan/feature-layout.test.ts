import { expect, test } from "vitest";
import { channelsFirst, tokensFirst } from "./feature-layout.ts";
import type { SizedMap } from "./network.ts";

const grid = { rows: 2, columns: 3 };
/** `100 channel + 10 row + column` at every place, so that a value tells where it is from. */
const expected = [0, 1].flatMap((channel) =>
  [0, 1].flatMap((row) => [0, 1, 2].map((column) => 100 * channel + 10 * row + column)),
);
const map = (parts: Pick<SizedMap, "places" | "channelAxis">): SizedMap => ({
  tensor: "t",
  channels: 2,
  grid,
  ...parts,
});

test("channels first, as convolutions have it", () => {
  const places = { kind: "map", rows: 2, columns: 3 } as const;
  const value = { data: Float32Array.from(expected), dims: [1, 2, 2, 3] };
  expect([...channelsFirst(value, map({ places, channelAxis: 1 }))]).toEqual(expected);
});

test("channels last, as Swin has it", () => {
  const places = { kind: "map", rows: 1, columns: 2 } as const;
  const data = Float32Array.from({ length: 12 }, (_, at) => expected[(at % 2) * 6 + Math.floor(at / 2)]);
  expect([...channelsFirst({ data, dims: [1, 2, 3, 2] }, map({ places, channelAxis: 3 }))]).toEqual(expected);
});

test.each([1, 2])("tokens along axis %d, of which the first is no patch", (axis) => {
  const places = { kind: "tokens", axis, first: 1, grid } as const;
  const at = (token: number, channel: number) => (token === 0 ? -1 : expected[channel * 6 + token - 1]);
  const data =
    axis === 1
      ? Float32Array.from({ length: 14 }, (_, place) => at(Math.floor(place / 2), place % 2))
      : Float32Array.from({ length: 14 }, (_, place) => at(place % 7, Math.floor(place / 7)));
  const dims = axis === 1 ? [1, 7, 2] : [1, 2, 7];
  expect([...channelsFirst({ data, dims }, map({ places, channelAxis: 3 - axis }))]).toEqual(expected);
});

test("tokens as rows, wherever their axis is", () => {
  const rows = Float32Array.of(1, 2, 3, 4, 5, 6);
  expect(tokensFirst({ data: rows, dims: [1, 3, 2] }, 1)).toBe(rows);
  expect(tokensFirst({ data: rows, dims: [3, 1, 2] }, 0)).toBe(rows);
  expect([...tokensFirst({ data: Float32Array.of(1, 3, 5, 2, 4, 6), dims: [1, 2, 3] }, 2)]).toEqual([
    ...rows,
  ]);
});
