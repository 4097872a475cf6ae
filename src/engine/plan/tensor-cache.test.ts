import { expect, test } from "vitest";
import { createTensorCache } from "./tensor-cache.ts";

const tensor = (bytes: number) => ({ layers: [new Uint8Array(bytes - 1), new Uint8Array(1)], heads: 3 });

test("what was used last stays, and what is needed in any case", () => {
  const cache = createTensorCache<object>(100);
  for (const key of ["a", "b", "c"]) cache.set(key, tensor(40));
  cache.get("a");
  cache.trim(new Set(["c"]));
  expect(["a", "b", "c"].map((key) => cache.has(key))).toEqual([true, false, true]);
  cache.set("large", tensor(500));
  cache.trim(new Set(["large"]));
  expect(["a", "c", "large"].map((key) => cache.has(key))).toEqual([false, false, true]);
});

test("a value that is set anew counts once", () => {
  const cache = createTensorCache<object>(100);
  for (let round = 0; round < 5; round++) cache.set("same", tensor(60));
  cache.set("other", tensor(40));
  cache.trim(new Set());
  expect([cache.has("same"), cache.has("other")]).toEqual([true, true]);
});
