// Turns the network's box differences into boxes.

/** Divisors of dx, dy, dw, dh: how much the differences were enlarged for training. */
export type DeltaWeights = readonly [number, number, number, number];

/** A predicted box is at most 1000/16 times as wide or high as the one it is measured from. */
const largestLogScale = Math.log(1000 / 16);

/**
 * Each box moved by its difference: the centre by `dx * width`, `dy * height`, the sides scaled by `exp(dw)`, `exp(dh)`.
 * Widths count both end pixels ("+1"), as the network was trained; `dw`, `dh` are clamped at log(1000/16).
 * @param boxes `[N,4]`
 * @param deltas `[N,4]`, `dx dy dw dh`
 * @returns `[N,4]`
 * @see Girshick et al. 2014, appendix C, https://arxiv.org/abs/1311.2524
 */
export function decodeBoxes(boxes: Float32Array, deltas: Float32Array, weights: DeltaWeights): Float32Array {
  const decoded = new Float32Array(boxes.length);
  for (let at = 0; at < boxes.length; at += 4) {
    const width = boxes[at + 2] - boxes[at] + 1;
    const height = boxes[at + 3] - boxes[at + 1] + 1;
    const centreX = boxes[at] + 0.5 * width + (deltas[at] / weights[0]) * width;
    const centreY = boxes[at + 1] + 0.5 * height + (deltas[at + 1] / weights[1]) * height;
    const newWidth = Math.exp(Math.min(deltas[at + 2] / weights[2], largestLogScale)) * width;
    const newHeight = Math.exp(Math.min(deltas[at + 3] / weights[3], largestLogScale)) * height;
    decoded[at] = centreX - 0.5 * newWidth;
    decoded[at + 1] = centreY - 0.5 * newHeight;
    decoded[at + 2] = centreX + 0.5 * newWidth - 1;
    decoded[at + 3] = centreY + 0.5 * newHeight - 1;
  }
  return decoded;
}

/** Moves every corner of `boxes` (`[N,4]`, changed in place) into a `width x height` picture. */
export function clipBoxes(boxes: Float32Array, width: number, height: number): Float32Array {
  for (let at = 0; at < boxes.length; at += 2) {
    boxes[at] = Math.min(Math.max(boxes[at], 0), width - 1);
    boxes[at + 1] = Math.min(Math.max(boxes[at + 1], 0), height - 1);
  }
  return boxes;
}
