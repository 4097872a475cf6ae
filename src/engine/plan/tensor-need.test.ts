import { expect, test } from "vitest";
import { atOnePicture, keyFor, keyOfNeed, needFor } from "./tensor-need.ts";

const one = { kind: "class", index: 1 } as const;
const two = { kind: "class", index: 2 } as const;

test("what is absent from a variant is the default", () => {
  expect(needFor("localGradient", {}, "exact")).toEqual({
    kind: "localGradient",
    rules: "exact",
    pooling: "mean",
  });
  expect(needFor("features", {}, "libra")).toEqual({ kind: "features", rules: "libra", layer: 0 });
  const usual = needFor("attentionRelevance", {}, "exact");
  const named = needFor("attentionRelevance", { relevance: { layers: "ours", table: "lrp" } }, "libra");
  expect(keyOfNeed(usual)).toBe(keyOfNeed(named));
});

test("keys tell apart what other numbers fulfil", () => {
  const gradient = needFor("attentionGradient", {}, "exact");
  expect(keyFor(gradient, one)).not.toBe(keyFor(gradient, two));
  expect(keyFor(gradient, one)).not.toBe(keyFor(needFor("attentionGradient", {}, "libra"), one));
  const vector = (first: number) => ({ kind: "vector", values: Float32Array.of(first, 0) }) as const;
  expect(keyFor(gradient, vector(1))).toBe(keyFor(gradient, vector(1)));
  expect(keyFor(gradient, vector(1))).not.toBe(keyFor(gradient, vector(2)));
  const relevance = (epsilon: number) =>
    keyOfNeed(needFor("inputRelevance", { relevance: { table: "lrp", layers: "ours", epsilon } }, "exact"));
  expect(relevance(0.1)).not.toBe(relevance(0.2));
});

test("what depends on no target has one key for all", () => {
  for (const kind of ["attention", "scores", "tokens", "projectedValues", "picture"] as const)
    expect(keyFor(needFor(kind, {}, "exact"), one)).toBe(keyFor(needFor(kind, {}, "libra"), two));
});

test("a path is made of a plain need", () => {
  const path = [{ weight: 1, scale: 0.5 }];
  const need = needFor("attentionPath", { path }, "libra");
  expect(need).toEqual({ kind: "attentionPath", rules: "libra", path });
  if (need.kind === "attentionPath")
    expect(atOnePicture(need)).toEqual({ kind: "lastAttentionGradient", rules: "libra" });
});
