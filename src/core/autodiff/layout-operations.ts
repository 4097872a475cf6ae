// The operations of rules that move elements and change none. Undoing one that the graph did just before costs nothing.
import { intsAttribute } from "../onnx/attributes.ts";
import type { Node } from "../onnx/model.ts";
import { frontAxis } from "../onnx/shapes/facts.ts";
import type { GraphCore, Ref } from "./graph-builder.ts";

export interface Layout {
  reshape(x: Ref, dims: readonly number[]): Ref;
  transpose(x: Ref, order: readonly number[]): Ref;
  /** The last two axes swapped, as matrix products need it. */
  swapped(x: Ref): Ref;
  /** Repeats along axes of size 1, and along axes put before the first. */
  expand(x: Ref, dims: readonly number[]): Ref;
  cast(x: Ref, elementType: number): Ref;
  concat(parts: readonly Ref[], axis: number): Ref;
  /** `x[start : end : step]` along one axis; bounds count from the front. */
  slice(x: Ref, axis: number, start: number, end: number, step?: number): Ref;
  /** Puts `value` before and after along one axis. */
  pad(x: Ref, axis: number, before: number, after: number, value?: number): Ref;
  zeros(elementType: number, dims: readonly number[]): Ref;
}

export function createLayout(core: GraphCore): Layout {
  const layout: Layout = {
    reshape(x, dims) {
      const from = sourceOf(core, x);
      if (sameDims(core.dims(from), dims)) return from;
      if (sameDims(core.dims(x), dims)) return x;
      const allowsZero = dims.includes(0) && core.opset >= 14 ? { allowzero: 1 } : {};
      return core.emit("Reshape", [from, core.integers(dims)], allowsZero, { dims });
    },
    transpose(x, order) {
      const before = core.producer(x);
      if (before?.opType === "Transpose") {
        const first = transposeOrder(before, order.length);
        return transposed(
          core,
          layout,
          before.inputs[0]!,
          order.map((axis) => first[axis]!),
        );
      }
      return transposed(core, layout, x, order);
    },
    swapped(x) {
      const order = core.dims(x).map((_, axis) => axis);
      return layout.transpose(x, [...order.slice(0, -2), order.at(-1)!, order.at(-2)!]);
    },
    expand(x, dims) {
      return sameDims(core.dims(x), dims) ? x : core.emit("Expand", [x, core.integers(dims)]);
    },
    cast: (x, elementType) =>
      core.elementType(x) === elementType ? x : core.emit("Cast", [x], { to: elementType }),
    concat: (parts, axis) => (parts.length === 1 ? parts[0]! : core.emit("Concat", parts, { axis })),
    slice(x, axis, start, end, step = 1) {
      if (start === 0 && end === core.dims(x)[axis] && step === 1) return x;
      if (core.opset < 10) return slicedWithoutSteps(core, layout, x, { axis, start, end, step });
      const lists = [[start], [end], [axis], [step]].map(core.integers);
      return core.emit("Slice", [x, ...lists]);
    },
    pad(x, axis, before, after, value = 0) {
      if (before === 0 && after === 0) return x;
      const { length } = core.dims(x);
      const pads = Array<number>(2 * length).fill(0);
      pads[axis] = before;
      pads[axis + length] = after;
      if (core.opset < 11) return core.emit("Pad", [x], { pads, value: { float: value } });
      return core.emit("Pad", [x, core.integers(pads), core.constant(core.elementType(x), [], [value])]);
    },
    zeros: (elementType, dims) => layout.expand(core.constant(elementType, [], [0]), dims),
  };
  return layout;
}

/** The order of a Transpose, which reverses the axes where it names none. */
export function transposeOrder(node: Node, rank: number): readonly number[] {
  return intsAttribute(node, "perm") ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}

export function sameDims(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** The order that undoes `order`. */
export function inverseOrder(order: readonly number[]): readonly number[] {
  return order.map((_, axis) => order.indexOf(axis));
}

/** Axes from the front, in ascending order. */
export function frontAxes(axes: readonly number[], rank: number): readonly number[] {
  return axes.map((axis) => frontAxis(axis, rank)).sort((a, b) => a - b);
}

/** Where only axes of size 1 change their place, elements keep theirs. */
function transposed(core: GraphCore, layout: Layout, x: Ref, order: readonly number[]): Ref {
  const dims = core.dims(x);
  const long = order.filter((axis) => dims[axis] !== 1);
  const staysInOrder = long.every((axis, place) => place === 0 || axis > long[place - 1]!);
  if (staysInOrder)
    return layout.reshape(
      x,
      order.map((axis) => dims[axis]!),
    );
  return core.emit("Transpose", [x], { perm: order });
}

/** Older operator sets know bounds only: a step becomes the first of an axis of its own. */
function slicedWithoutSteps(
  core: GraphCore,
  layout: Layout,
  x: Ref,
  {
    axis,
    start,
    end,
    step,
  }: { readonly axis: number; readonly start: number; readonly end: number; readonly step: number },
): Ref {
  const part = core.emit("Slice", [x], { starts: [start], ends: [end], axes: [axis] });
  if (step === 1) return part;
  const count = Math.ceil((end - start) / step);
  const padded = layout.pad(part, axis, 0, count * step - (end - start));
  const dims = core.dims(padded);
  const [before, after] = [dims.slice(0, axis), dims.slice(axis + 1)];
  const stepped = layout.reshape(padded, [...before, count, step, ...after]);
  return layout.reshape(layout.slice(stepped, axis + 1, 0, 1), [...before, count, ...after]);
}

const reshaping: ReadonlySet<string> = new Set(["Reshape", "Squeeze", "Unsqueeze", "Flatten"]);

/** What `x` was before it was only given another shape. */
function sourceOf(core: GraphCore, x: Ref): Ref {
  let source = x;
  for (;;) {
    const node = core.producer(source);
    if (node === undefined || !reshaping.has(node.opType)) return source;
    const [input] = node.inputs as readonly [Ref];
    if (core.knownDims(input) === null) return source;
    source = input;
  }
}
