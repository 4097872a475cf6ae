// From values for every colour of every pixel to a map of pixels.
import type { OptionSpecs, RawMap } from "./method.ts";
import type { FloatArray } from "./tensors.ts";

export type ChannelReduction = "sum" | "mean-absolute" | "max-absolute";

/** The option of every method whose map has the pixels of the model's input. */
export function channelOption<Initial extends ChannelReduction>(initial: Initial) {
  return {
    kind: "choice",
    label: "Colours",
    help: "How the three values of a pixel become one.",
    choices: [
      { value: "sum", label: "Sum", help: "What speaks for the class less what speaks against it." },
      { value: "mean-absolute", label: "Mean size", help: "How much any colour matters, whatever its sign." },
      {
        value: "max-absolute",
        label: "Largest size",
        help: "The colour that matters most, without its sign.",
      },
    ],
    initial,
  } as const satisfies OptionSpecs[string];
}

/**
 * @param values `[3,S,S]`
 * @returns `[S*S]`, row by row.
 */
export function reduceChannels(values: FloatArray, reduction: ChannelReduction): RawMap {
  const pixels = values.length / channels;
  const map = new Float64Array(pixels);
  for (let channel = 0; channel < channels; channel++)
    for (let i = 0; i < pixels; i++) map[i] = reductions[reduction](map[i], values[channel * pixels + i]);
  return map;
}

const channels = 3;

/** What a pixel has so far with one more colour. */
const reductions: Readonly<Record<ChannelReduction, (sofar: number, value: number) => number>> = {
  sum: (sofar, value) => sofar + value,
  "mean-absolute": (sofar, value) => sofar + Math.abs(value) / channels,
  "max-absolute": (sofar, value) => Math.max(sofar, Math.abs(value)),
};
