// An ONNX model as readonly plain data. Bytes of weights and of unknown fields are views into the file.

/** Protobuf fields that Patchlight does not interpret, tag included, in the order of the file. */
export type RawFields = readonly Uint8Array[];

/** A file, the version of every operator set it uses, and its graph. */
export interface OnnxModel {
  readonly irVersion: number;
  readonly opsets: readonly OpsetImport[];
  readonly graph: Graph;
  /** The file this model was read from: views in it can be written as external data without a copy. */
  readonly source: Uint8Array;
  readonly rest: RawFields;
}

export interface OpsetImport {
  /** "" is the standard domain, which files also call "ai.onnx". */
  readonly domain: string;
  readonly version: number;
  readonly rest: RawFields;
}

/** Nodes in execution order; values are known by name, each written once. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly initializers: readonly Tensor[];
  /** May list initializers too, as older files do. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly valueInfo: readonly ValueInfo[];
  readonly rest: RawFields;
}

export interface Node {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  /** "" stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly Attribute[];
  readonly rest: RawFields;
}

/** Integers are bigint because ends of slices reach the limits of int64. */
export type AttributeValue =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "string"; readonly value: Uint8Array }
  | { readonly kind: "tensor"; readonly value: Tensor }
  | { readonly kind: "graph"; readonly value: Graph }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "ints"; readonly value: readonly bigint[] }
  | { readonly kind: "strings"; readonly value: readonly Uint8Array[] }
  | { readonly kind: "tensors"; readonly value: readonly Tensor[] }
  | { readonly kind: "graphs"; readonly value: readonly Graph[] }
  /** Sparse tensors, types, references: only in `rest`; `type` is ONNX's number for it. */
  | { readonly kind: "other"; readonly type: number };

export type Attribute = AttributeValue & { readonly name: string; readonly rest: RawFields };

export interface Tensor {
  readonly name: string;
  /** See `ElementType`; a number, because files may use newer ones. */
  readonly elementType: number;
  readonly dims: readonly number[];
  readonly data: TensorData;
  readonly rest: RawFields;
}

/** The protobuf fields that hold numbers as a packed list. */
export type PackedField = "float" | "int32" | "int64" | "double" | "uint64";

export type TensorData =
  /** `raw_data`: little-endian, row-major. */
  | { readonly kind: "raw"; readonly bytes: Uint8Array }
  /** The payload of a packed list; for `float` and `double` the same bytes as `raw`. */
  | { readonly kind: "packed"; readonly field: PackedField; readonly bytes: Uint8Array }
  | { readonly kind: "strings"; readonly values: readonly Uint8Array[] }
  /** `length` bytes from `offset` of a file beside the model. */
  | {
      readonly kind: "external";
      readonly location: string;
      readonly offset: number;
      readonly length: number;
      readonly file: Uint8Array;
    }
  | { readonly kind: "none" };

export interface ValueInfo {
  readonly name: string;
  /** Absent in files that leave the type to inference. */
  readonly type: ValueType | null;
  readonly rest: RawFields;
}

export type ValueType =
  | {
      readonly kind: "tensor";
      readonly elementType: number;
      /** null: even the rank is unknown. */
      readonly shape: readonly Dimension[] | null;
      readonly rest: RawFields;
    }
  /** Sequences, maps, optionals, sparse tensors: the undecoded TypeProto. */
  | { readonly kind: "other"; readonly bytes: Uint8Array };

export interface Dimension {
  /** A number, the name of a dynamic size, or null where the file says nothing. */
  readonly size: number | string | null;
  readonly rest: RawFields;
}

/** ONNX's numbers for the element types that are met here. */
export const ElementType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const;

/** Bytes an element takes, for the types that take whole bytes; undefined for others. */
export function bytesPerElement(elementType: number): number | undefined {
  return elementBytes.get(elementType);
}

const elementBytes: ReadonlyMap<number, number> = new Map([
  [ElementType.float32, 4],
  [ElementType.uint8, 1],
  [ElementType.int8, 1],
  [ElementType.uint16, 2],
  [ElementType.int16, 2],
  [ElementType.int32, 4],
  [ElementType.int64, 8],
  [ElementType.bool, 1],
  [ElementType.float16, 2],
  [ElementType.float64, 8],
  [ElementType.uint32, 4],
  [ElementType.uint64, 8],
  [ElementType.bfloat16, 2],
]);
