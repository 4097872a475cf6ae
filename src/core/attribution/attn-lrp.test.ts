// AttnLRP: what is made of relevance at the pixels, and which rules its options ask for.
import { describe, expect, test } from "vitest";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { attnLrp } from "./attn-lrp.ts";
import { initialOptions } from "./method.ts";

const options = initialOptions(attnLrp.options);

describe("AttnLRP", () => {
  test("adds up colours and keeps signs", () => {
    const inputRelevance = Float64Array.from([1, 2, -3, 4, 10, 20, -30, 40, 100, -200, -300, 400]);
    expectClose(attnLrp.explainer({ inputRelevance })(options), [111, -178, -333, 444]);
  });

  test("asks for the rules released for Vision Transformers at first", () => {
    expect(attnLrp.variant!(options)).toEqual({
      relevance: { table: "cp-lrp", gamma: { convolution: 0.25, linear: 0.05 } },
    });
  });

  test.each([
    [{ rules: "attn-lrp", gamma: "off" }, { table: "attn-lrp" }],
    [{ rules: "cp-lrp", gamma: "off" }, { table: "cp-lrp" }],
    [{ rules: "explicit" }, { table: "attn-lrp-explicit" }],
    [
      { rules: "attn-lrp", gammaConvolution: 100, gammaLinear: 0 },
      { table: "attn-lrp", gamma: { convolution: 100, linear: 0 } },
    ],
  ] as const)("%o asks for %o", (chosen, relevance) => {
    expect(attnLrp.variant!({ ...options, ...chosen })).toEqual({ relevance });
  });

  test.each(["gammaConvolution", "gammaLinear"])("refuses a negative %s", (name) => {
    expect(() => attnLrp.variant!({ ...options, [name]: -0.1 })).toThrow("attribution/bad-option");
  });
});
