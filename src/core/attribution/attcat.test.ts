// AttCAT, against its formula: its authors' numbers are of language models only.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyStacks, attentionStack, denseHeads, mean } from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { attcat } from "./attcat.ts";
import type { TokenBlock } from "./tensors.ts";

/** Only the input may be read. */
function block(input: readonly number[]): TokenBlock {
  const unread = new Float64Array(input.length).fill(Number.NaN);
  return { input: Float64Array.from(input), mid: unread, output: unread };
}

describe("AttCAT", () => {
  // The second token gets a mean attention of .65 and holds [1, 2].
  const attention = attentionStack([0.2, 0.8, 0.5, 0.5], 1, 1, 2);
  const tokens = [block([9, 9, 1, 2])];

  test("weighs a token's share of the score by the attention that it gets", () => {
    const tokenGradient = [Float64Array.from([0, 0, 1, 1])];
    expectClose(attcat.explainer({ attention, tokens, tokenGradient })({}), [1.95]);
  });
  test("keeps the sign of what speaks against the class", () => {
    const tokenGradient = [Float64Array.from([0, 0, 1, -1])];
    expectClose(attcat.explainer({ attention, tokens, tokenGradient })({}), [-0.65]);
    expect(attcat.signed).toBe(true);
  });
  test("equals its formula, summed over layers", () => {
    const width = 3;
    const number = fc.double({ min: -1, max: 1, noNaN: true });
    const values = fc.infiniteStream(number);
    fc.assert(
      fc.property(anyStacks, values, ({ attention }, stream) => {
        const count = attention.tokens * width;
        const inputs = attention.layers.map(() => Array.from(stream.take(count)));
        const gradients = attention.layers.map(() => Array.from(stream.take(count)));
        const patches = Array.from(Array(attention.tokens).keys()).slice(attention.prefixTokens);
        const expected = patches.map((j) =>
          inputs.reduce((sum, input, l) => {
            const share = [0, 1, 2]
              .map((d) => input[j * width + d] * gradients[l][j * width + d])
              .reduce((a, b) => a + b);
            const received = mean(denseHeads(attention, l).flatMap((head) => head.map((row) => row[j])));
            return sum + share * received;
          }, 0),
        );
        const tokenGradient = gradients.map((each) => Float64Array.from(each));
        expectClose(attcat.explainer({ attention, tokens: inputs.map(block), tokenGradient })({}), expected);
      }),
    );
  });
});
