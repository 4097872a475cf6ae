// What a kernel of the test runtime is, and how it reads what a node says.
import { intAttribute, intsAttribute } from "../../../src/core/onnx/attributes.ts";
import { ElementType, type Node } from "../../../src/core/onnx/model.ts";

/** A tensor in double precision. */
export interface Values {
  readonly dims: readonly number[];
  readonly data: Float64Array;
  /** Integers and booleans, whose division rounds. */
  readonly isWhole: boolean;
}

export interface KernelInput {
  readonly node: Node;
  /** undefined for inputs that are left out. */
  readonly inputs: readonly (Values | undefined)[];
  readonly opset: number;
}

/** The node's results. */
export type Kernel = (at: KernelInput) => readonly Values[];

export type KernelTable = Readonly<Record<string, Kernel>>;

export const wholeTypes: ReadonlySet<number> = new Set([
  ElementType.bool,
  ElementType.int8,
  ElementType.uint8,
  ElementType.int16,
  ElementType.uint16,
  ElementType.int32,
  ElementType.uint32,
  ElementType.int64,
  ElementType.uint64,
]);

/** @throws Error where the numbers do not fit the shape. */
export function makeValues(dims: readonly number[], data: ArrayLike<number>, isWhole = false): Values {
  if (data.length !== countOf(dims)) throw new Error(`evaluate: ${data.length} numbers for [${dims}]`);
  return { dims, data: data instanceof Float64Array ? data : Float64Array.from(data), isWhole };
}

export function countOf(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

/** An input that the operator requires. */
export function required({ node, inputs }: KernelInput, place: number): Values {
  const values = inputs[place];
  if (values === undefined) throw new Error(`evaluate: ${node.opType} lacks input ${place}`);
  return values;
}

/** A list of integers, as an attribute in older versions and an input in newer ones. */
export function listOf(at: KernelInput, name: string, place: number): readonly number[] | undefined {
  const input = at.inputs[place];
  return intsAttribute(at.node, name) ?? (input && Array.from(input.data));
}

/** The attribute `axis`, from the front. */
export function axisOf({ node }: KernelInput, rank: number, fallback: number): number {
  return fromFront(intAttribute(node, "axis") ?? fallback, rank);
}

export function fromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** How far apart neighbours along each axis lie in the data. */
export function stridesOf(dims: readonly number[]): readonly number[] {
  const strides = dims.map(() => 1);
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * dims[axis + 1]!;
  return strides;
}

/** A tensor whose elements are asked for by their place along every axis. */
export function fill(
  dims: readonly number[],
  at: (place: readonly number[]) => number,
  isWhole = false,
): Values {
  const data = new Float64Array(countOf(dims));
  const place = dims.map(() => 0);
  for (let index = 0; index < data.length; index++) {
    data[index] = at(place);
    for (let axis = dims.length - 1; axis >= 0 && ++place[axis]! === dims[axis]; axis--) place[axis] = 0;
  }
  return { dims, data, isWhole };
}

/** The element at a place; axes of size 1 and missing leading ones are repeated. */
export function element({ dims, data }: Values, place: readonly number[]): number {
  const lead = place.length - dims.length;
  let index = 0;
  for (let axis = 0; axis < dims.length; axis++) {
    index = index * dims[axis]! + (dims[axis] === 1 ? 0 : place[axis + lead]!);
  }
  return data[index]!;
}

/** A tensor whose element at a place is that of `x` at `start + sum(place * steps)`. */
export function strided(x: Values, dims: readonly number[], steps: readonly number[], start = 0): Values {
  const data = new Float64Array(countOf(dims));
  const place = dims.map(() => 0);
  let from = start;
  for (let index = 0; index < data.length; index++) {
    data[index] = x.data[from]!;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++place[axis]! < dims[axis]!) break;
      from -= steps[axis]! * dims[axis]!;
      place[axis] = 0;
    }
  }
  return { dims, data, isWhole: x.isWhole };
}

/** `x` repeated along axes of size 1 and missing leading ones. */
export function expanded(x: Values, dims: readonly number[]): Values {
  if (x.data.length === countOf(dims)) return { ...x, dims };
  const strides = stridesOf(x.dims);
  const lead = dims.length - x.dims.length;
  const steps = dims.map((_, axis) => (axis < lead || x.dims[axis - lead] === 1 ? 0 : strides[axis - lead]!));
  return strided(x, dims, steps);
}

/** The shape that all of several broadcast to. */
export function broadcastDims(shapes: readonly (readonly number[])[]): readonly number[] {
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((dims) => dims[axis + dims.length - rank] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}
