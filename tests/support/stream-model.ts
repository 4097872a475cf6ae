// A transformer's graph with outputs that show whether its residual stream, operands and head were found rightly.
import type { ClassifierAnatomy, ResidualStream } from "../../src/core/anatomy/anatomy.ts";
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import { makeIntTensor, makeNode, makeValue } from "../../src/core/onnx/build.ts";
import type { Node, OnnxModel, Tensor, ValueInfo } from "../../src/core/onnx/model.ts";
import { reroot } from "../../src/core/onnx/reroot.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { type Feed, type ModelRunner, openModel, type RunOutput } from "./ort.ts";

export interface StreamModel {
  readonly runner: ModelRunner;
  /** Scores of the head on X_L plus the input `noise`. */
  readonly noisyScores: string;
  /** X_{l+1} computed from M_l with its tokens in reversed order. */
  readonly reversed: readonly string[];
  readonly close: () => Promise<void>;
}

export type Outputs = Readonly<Record<string, RunOutput>>;

/** Opens one session that gives everything the checks read. */
export async function openStreamModel(
  model: OnnxModel,
  anatomy: ClassifierAnatomy,
  stream: ResidualStream,
  noise: { readonly elementType: number; readonly shape: readonly number[] },
): Promise<StreamModel> {
  const { head, tokenAxis } = stream;
  const order = Array.from({ length: anatomy.tokens! }, (_, token) => anatomy.tokens! - 1 - token);
  let grown = withParts(model, {
    inputs: [makeValue("noise", noise.elementType, noise.shape)],
    initializers: [makeIntTensor("reversed order", [order.length], order)],
    nodes: [
      makeNode("Add", [head.input, "noise"], ["noisy end"]),
      ...stream.blocks.map(({ mid }, layer) =>
        makeNode("Gather", [mid, "reversed order"], [`reversed mid ${layer}`], { axis: tokenAxis }),
      ),
    ],
  });
  const noisy = reroot(grown, {
    ...{ from: head.input, to: anatomy.logits.name },
    ...{ onto: "noisy end", label: "noise" },
  });
  grown = noisy.model;
  const reversed = stream.blocks.map(({ mid, output }, layer) => {
    const onto = `reversed mid ${layer}`;
    if (mid === output) return onto;
    const copy = reroot(grown, { from: mid, to: output, onto, label: onto });
    grown = copy.model;
    return copy.output;
  });
  const operands = anatomy.attention.flatMap((layer) => [
    ...[layer.tensor, layer.scores],
    ...[layer.queries, layer.keys, layer.values].flatMap((each) => each?.tensor ?? []),
  ]);
  const values = stream.blocks.flatMap(({ input, norm1, mid, norm2, output }) => [
    ...[input, norm1 ?? input, mid, norm2 ?? mid, output],
  ]);
  const shown = [anatomy.logits.name, noisy.output, ...reversed, ...operands, ...values, head.input];
  const { bytes, externalData } = writeOnnx(exposeOutputs(grown, shown), {
    externalise: { path: "weights", minimumBytes: 256 },
  });
  const runner = await openModel(bytes, externalData);
  return { runner, noisyScores: noisy.output, reversed, close: () => runner.release() };
}

function withParts(
  model: OnnxModel,
  added: {
    readonly inputs: readonly ValueInfo[];
    readonly initializers: readonly Tensor[];
    readonly nodes: readonly Node[];
  },
): OnnxModel {
  const { graph } = model;
  return {
    ...model,
    graph: {
      ...graph,
      inputs: [...graph.inputs, ...added.inputs],
      initializers: [...graph.initializers, ...added.initializers],
      nodes: [...graph.nodes, ...added.nodes],
    },
  };
}

/** One row a token, of a value whose tokens lie along `axis` of three, or of heads apart along one of four. */
export function tokenRows({ data, shape }: RunOutput, axis: number): readonly Float64Array[] {
  const tokens = shape[axis]!;
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const outer = shape.slice(0, axis).reduce((product, size) => product * size, 1);
  return Array.from({ length: tokens }, (_, token) => {
    const row = new Float64Array(outer * inner);
    for (let block = 0; block < outer; block++) {
      for (let at = 0; at < inner; at++) {
        row[block * inner + at] = data[(block * tokens + token) * inner + at]!;
      }
    }
    return row;
  });
}

/** Rows as columns. */
export function columnsOf(rows: readonly Float64Array[]): readonly Float64Array[] {
  return Array.from(rows[0]!, (_, column) => Float64Array.from(rows, (row) => row[column]!));
}

/** A picture of the same size without a pattern that a mistake could hide in. */
export function otherPicture({ data, shape }: Feed, seed: number): Feed {
  const values = Float64Array.from({ length: data.length }, (_, index) => {
    return 1.5 * Math.sin(index * (1.3 + seed) + seed * index * index * 1e-3);
  });
  return { data: values, shape };
}
