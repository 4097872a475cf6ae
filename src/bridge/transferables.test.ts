import { expect, test } from "vitest";
import { transferablesOf } from "./transferables.ts";

test("every buffer once, however deep and however many look into it", () => {
  const shared = new Float32Array(8);
  const own = new Uint8ClampedArray(4);
  const value = {
    values: shared,
    part: shared.subarray(2, 4),
    list: [{ pixels: { data: own, width: 1 } }, null, undefined, 3, "text"],
    raw: new ArrayBuffer(2),
  };
  expect(transferablesOf(value)).toEqual([shared.buffer, own.buffer, value.raw]);
});

test("shared memory stays where it is", () => {
  expect(transferablesOf({ view: new Float32Array(new SharedArrayBuffer(8)) })).toEqual([]);
});

test("what is not plain data is left alone", () => {
  const hidden = new Uint8Array(4);
  expect(transferablesOf(new Map([["hidden", hidden]]))).toEqual([]);
  expect(transferablesOf(undefined)).toEqual([]);
  expect(transferablesOf(() => hidden)).toEqual([]);
});
