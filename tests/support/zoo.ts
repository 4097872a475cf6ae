// The index of the exporter zoo, and its files as models.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { ElementType } from "../../src/core/onnx/model.ts";
import { readOnnx } from "../../src/core/onnx/read-onnx.ts";
import type { Feed } from "./ort.ts";
import { readSafetensors, type SafeTensor } from "./safetensors.ts";
import { witnesses } from "./witnesses.ts";

/** What `zoo.json` says of one file; only what tests read. */
export interface ZooEntry {
  readonly file: string;
  readonly model: string;
  readonly kind: "vit" | "vit2" | "cnn" | "window" | "negative";
  readonly reference: string;
  readonly ops: Readonly<Record<string, number>>;
  readonly inputs: readonly {
    readonly name: string;
    readonly elem: number;
    readonly shape: readonly (number | string)[];
  }[];
  readonly prefix_tokens: number | null;
  readonly grid: readonly [number, number] | null;
  readonly n_layers: number | null;
  readonly n_heads: number | null;
  readonly standard_softmax_attention: boolean | string;
  /** The two explained classes; for outputs of several axes the place in the flattened output. */
  readonly classes: readonly number[];
  readonly target_output: string;
  /** Shapes of the attention that PyTorch computed, layer by layer; absent for networks without. */
  readonly reference_attentions?: readonly (readonly number[])[];
  readonly verify: {
    readonly attention_tensors?: readonly ({
      readonly tensor: string;
      readonly shape: readonly number[];
    } | null)[];
  };
}

const quantised =
  /^(?:.*Integer(?:ToFloat)?|(?:Dynamic)?QuantizeLinear|DequantizeLinear|(?:.*::)?QLinear.*)$/;
const fused = /^(?:Attention|com\.microsoft::.*)$/;

/** Whether activations are rounded to 8 bits, which takes gradients away. */
export function isQuantised({ ops }: ZooEntry): boolean {
  return Object.keys(ops).some((operator) => quantised.test(operator));
}

/** Whether operators must be expanded before they have gradients or show their attention. */
export function isFused({ ops }: ZooEntry): boolean {
  return Object.keys(ops).some((operator) => fused.test(operator));
}

/** Whether attention runs over the whole picture in every layer, so that it can be shown. */
export function showsAttention({ kind, standard_softmax_attention }: ZooEntry): boolean {
  return (kind === "vit" || kind === "vit2") && standard_softmax_attention === true;
}

/** Whether weights are halves, which every number then is only as good as. */
export function hasHalves({ graph }: OnnxModel): boolean {
  return graph.initializers.some(({ elementType }) => elementType === ElementType.float16);
}

/** All entries; none where the folder is absent. */
export function zooEntries(): readonly ZooEntry[] {
  const path = resolve(witnesses.zoo, "zoo.json");
  if (!existsSync(path)) return [];
  return (JSON.parse(readFileSync(path, "utf8")) as { readonly files: readonly ZooEntry[] }).files;
}

/** The bytes of a file of the zoo. */
export function zooBytes(file: string): Uint8Array {
  return new Uint8Array(readFileSync(resolve(witnesses.zoo, file)));
}

/** The model, with its external data where a file `<name>.data` lies beside it. */
export function readZooModel(entry: ZooEntry): OnnxModel {
  const data = `${entry.file}.data`;
  const hasData = existsSync(resolve(witnesses.zoo, data));
  return readOnnx(zooBytes(entry.file), hasData ? new Map([[data, zooBytes(data)]]) : new Map());
}

/** PyTorch's own tensors for an entry. */
export function readZooReference(entry: ZooEntry): ReadonlyMap<string, SafeTensor> {
  return readSafetensors(resolve(witnesses.zoo, entry.reference));
}

/** The inputs the reference was computed from. */
export function zooFeeds(
  entry: ZooEntry,
  reference: ReadonlyMap<string, SafeTensor>,
): Readonly<Record<string, Feed>> {
  return Object.fromEntries(
    entry.inputs.flatMap(({ name }) => {
      const tensor = reference.get(`input.${name}`) ?? onlyInput(entry, reference);
      return tensor === undefined ? [] : [[name, { data: tensor.data as Feed["data"], shape: tensor.shape }]];
    }),
  );
}

/** One model was exported with several input names, and its reference has one of them. */
function onlyInput(entry: ZooEntry, reference: ReadonlyMap<string, SafeTensor>): SafeTensor | undefined {
  const inputs = [...reference].filter(([name]) => name.startsWith("input."));
  return inputs.length === 1 && entry.inputs.length === 1 ? inputs[0]![1] : undefined;
}
