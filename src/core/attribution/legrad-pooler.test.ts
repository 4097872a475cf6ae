// LeGrad of a pooler by hand: two heads, two queries, a prefix token and three patches.
import { describe, expect, test } from "vitest";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { legradPooler } from "./legrad-pooler.ts";
import { initialOptions } from "./method.ts";

// Only the first query's row of each head is read.
const first = Float64Array.from([9, 1, 2, -3, 9, 9, 9, 9, 9, 3, -4, 1, 9, 9, 9, 9]);
const second = Float64Array.from([9, 0, 6, 2, 9, 9, 9, 9, 9, 0, 0, 0, 9, 9, 9, 9]);
const shape = { heads: 2, queries: 2, tokens: 4, prefixTokens: 1 };
const options = initialOptions(legradPooler.options);

describe("LeGrad of the pooler", () => {
  const poolerGradient = { ...shape, layers: [second, first, second], emptyPrompt: null };
  const explain = legradPooler.explainer({ poolerGradient });

  test("sums the last two layers, as the authors do", () => {
    expectClose(explain(options), [2 + 0, 1 + 3, 0.5 + 1]);
  });

  test("sums the chosen layers", () => {
    expectClose(explain({ ...options, firstLayer: 1, lastLayer: 1 }), [2, 1, 0.5]);
  });

  test("refuses a threshold without an empty prompt, and ranges that are none", () => {
    expect(() => explain({ ...options, emptyPrompt: 0.8 })).toThrow("attribution/bad-option");
    expect(() => explain({ ...options, emptyPrompt: 1.5 })).toThrow("attribution/bad-option");
    expect(() => explain({ ...options, firstLayer: -1, lastLayer: 0 })).toThrow("attribution/bad-option");
  });
});

describe("an empty prompt", () => {
  const poolerGradient = { ...shape, layers: [first, first, first], emptyPrompt: [second, first, second] };
  const explain = legradPooler.explainer({ poolerGradient });

  test("takes out what it shows itself: from 0 to 1 its map is .2, 1, 0", () => {
    expectClose(explain(options), [4, 2, 1]);
    expectClose(explain({ ...options, emptyPrompt: 0.8 }), [4, 0, 1]);
    expectClose(explain({ ...options, emptyPrompt: 0.1 }), [0, 0, 1]);
  });

  test("that shows every patch alike takes out nothing", () => {
    const flat = Float64Array.from(first, () => 1);
    const even = { ...poolerGradient, emptyPrompt: [flat, flat, flat] };
    const map = legradPooler.explainer({ poolerGradient: even })({ ...options, emptyPrompt: 0 });
    expectClose(map, [4, 2, 1]);
  });
});
