// Which positions `start:end:step` takes along an axis, with ONNX's clamping.

export interface SlicePositions {
  readonly from: number;
  readonly step: number;
  readonly count: number;
}

/** Negative bounds count from the end; bounds beyond it are clamped, as exporters write INT64_MAX for "to the end". */
export function slicePositions(length: number, start: number, end: number, step: number): SlicePositions {
  const clamp = (value: number, low: number, high: number) =>
    Math.min(Math.max(value < 0 ? value + length : value, low), high);
  const last = step > 0 ? length : length - 1;
  const from = clamp(start, 0, last);
  const to = clamp(end, step > 0 ? 0 : -1, last);
  return { from, step, count: Math.max(Math.ceil((to - from) / step), 0) };
}
