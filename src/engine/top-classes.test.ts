import { expect, test } from "vitest";
import { topClasses } from "./top-classes.ts";

test("softmax over all classes, descending, ties by index", () => {
  const logits = Float32Array.from([0, Math.log(2), 0, Math.log(4), Math.log(2), Math.log(6)]);
  const top = topClasses(logits, ["a", "b", "c", "d", "e"]);
  expect(top.map(({ index }) => index)).toEqual([5, 3, 1, 4, 0]);
  expect(top.map(({ label }) => label)).toEqual(["class 5", "d", "b", "e", "a"]);
  for (const [position, share] of [6, 4, 2, 2, 1].entries())
    expect(top[position].probability).toBeCloseTo(share / 16, 6);
});

test("large logits do not overflow", () => {
  const [first, second] = topClasses(Float32Array.from([1000, 999]), []);
  expect(first.probability).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
  expect(second.probability).toBeCloseTo(Math.exp(-1) / (1 + Math.exp(-1)), 6);
});

test("a model with fewer than five classes shows all of them", () => {
  expect(topClasses(Float32Array.of(1, 3), ["no", "yes"]).map(({ label }) => label)).toEqual(["yes", "no"]);
});
