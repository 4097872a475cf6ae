// Full relevance: what is made of relevance at the pixels, and which rules are asked for.
import { expect, test } from "vitest";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { fullRelevance } from "./full-relevance.ts";

test("full relevance adds up colours and keeps signs", () => {
  const inputRelevance = Float32Array.from([1, 2, -3, 4, 10, 20, -30, 40, 100, -200, -300, 400]);
  expectClose(fullRelevance.explainer({ inputRelevance })({ rules: "ours" }), [111, -178, -333, 444]);
});

test("full relevance asks for the chosen rules", () => {
  expect(fullRelevance.variant!({ rules: "original" })).toEqual({
    relevance: { table: "lrp", layers: "original" },
  });
});
