// What must hold of feature maps, told from runs alone: cells lie where the picture shows them, and the head reads all.
import { expect } from "vitest";
import type { ConvolutionalAnatomy, FeatureMap } from "../../src/core/anatomy/anatomy.ts";
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import { makeNode, makeValue } from "../../src/core/onnx/build.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { reroot } from "../../src/core/onnx/reroot.ts";
import { elementCount } from "../../src/core/onnx/tensor-numbers.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { relativeError } from "./golden.ts";
import { type Feed, openModel, type RunOutput } from "./ort.ts";

export interface OpenNetwork {
  /** All stages of a picture, by tensor. */
  maps(picture: Feed): Promise<Readonly<Record<string, RunOutput>>>;
  /** Scores from the feature map plus this, in the map's shape. */
  scores(noise: Float32Array | null): Promise<RunOutput["data"]>;
  close(): Promise<void>;
}

/** One session that shows every stage, and the scores of the feature map plus the input `noise`. */
export async function openNetwork(
  model: OnnxModel,
  { featureMap, stages, logits, input }: ConvolutionalAnatomy,
  elementType: number,
  picture: Feed,
): Promise<OpenNetwork> {
  const shape = shapeOf(featureMap);
  const { graph } = model;
  const noisy = reroot(
    {
      ...model,
      graph: {
        ...graph,
        inputs: [...graph.inputs, makeValue("noise", elementType, shape)],
        nodes: [...graph.nodes, makeNode("Add", [featureMap.tensor, "noise"], ["noisy map"])],
      },
    },
    { from: featureMap.tensor, to: logits.name, onto: "noisy map", label: "noise" },
  );
  const shown = exposeOutputs(noisy.model, [noisy.output, ...stages.map(({ tensor }) => tensor)]);
  const { bytes, externalData } = writeOnnx(shown, { externalise: { path: "weights", minimumBytes: 256 } });
  const runner = await openModel(bytes, externalData);
  const silence = new Float32Array(elementCount(shape));
  const feeds = (given: Feed, noise: Float32Array) => ({
    [input.name]: given,
    noise: { data: noise, shape } as Feed,
  });
  return {
    maps: (given) =>
      runner.run(
        feeds(given, silence),
        stages.map(({ tensor }) => tensor),
      ),
    scores: async (noise) => {
      const outputs = await runner.run(feeds(picture, noise ?? silence), [noisy.output]);
      return outputs[noisy.output]!.data;
    },
    close: () => runner.release(),
  };
}

/**
 * Changes in the quarters of the picture show in the quarters of every stage: more in the same ones than in those of a
 * mirrored, turned or transposed map. Only together, since deep cells see most of the picture.
 */
export async function checkPlaces(
  { stages }: ConvolutionalAnatomy,
  picture: Feed,
  { maps }: Pick<OpenNetwork, "maps">,
): Promise<void> {
  const side = picture.shape[3]!;
  const before = await maps(picture);
  const after: (typeof before)[] = [];
  for (const quarter of quarters) {
    const data = Float64Array.from(picture.data as Float64Array, (value, at) => {
      const [y, x] = [Math.floor(at / side) % side, at % side];
      return quarterOf(y, x, side, side) === quarter ? 0.3 - value : value;
    });
    after.push(await maps({ data, shape: picture.shape }));
  }
  for (const stage of stages) {
    const changes = after.map((each) => changeByQuarter(stage, before[stage.tensor]!, each[stage.tensor]!));
    const match = (order: readonly number[]) =>
      quarters.reduce((sum, quarter) => sum + changes[quarter]![order[quarter]!]!, 0);
    for (const order of misplaced) expect(match(order), stage.tensor).toBeLessThan(match(quarters));
  }
}

/** Above left, above right, below left, below right. */
const quarters: readonly number[] = [0, 1, 2, 3];

/** Where the quarters go in the seven other ways to lay a square on itself. */
const misplaced = [
  [1, 0, 3, 2],
  [2, 3, 0, 1],
  [3, 2, 1, 0],
  [0, 2, 1, 3],
  [3, 1, 2, 0],
  [1, 3, 0, 2],
  [2, 0, 3, 1],
] as const;

/** The share of each quarter in what changed. */
function changeByQuarter(stage: FeatureMap, before: RunOutput, after: RunOutput): readonly number[] {
  const change = [0, 0, 0, 0];
  const { rows, columns } = stage.grid!;
  for (const [at, value] of before.data.entries()) {
    const [y, x] = cellOf(stage, before.shape, at);
    const quarter = quarterOf(y, x, rows, columns);
    if (quarter >= 0) change[quarter]! += Math.abs(value - after.data[at]!);
  }
  const total = change.reduce((sum, value) => sum + value, 0);
  return change.map((value) => value / total);
}

/** Noise on any cell of the map that the head reads changes the scores. */
export async function checkCells(
  map: FeatureMap,
  found: RunOutput,
  scores: RunOutput["data"],
  network: Pick<OpenNetwork, "scores">,
): Promise<void> {
  expect(found.shape).toEqual(shapeOf(map));
  const { rows, columns } = map.grid!;
  for (const [row, column] of [
    [0, 0],
    [0, columns - 1],
    [rows - 1, 0],
    [rows - 1, columns - 1],
  ] as const) {
    const noise = Float32Array.from({ length: found.data.length }, (_, at) => {
      const [y, x] = cellOf(map, found.shape, at);
      return y === row && x === column ? 2 * Math.sin(3.1 * at + 1) : 0;
    });
    const heard = await network.scores(noise);
    expect(relativeError(heard, scores), `${row} ${column}`).toBeGreaterThan(1e-4);
  }
}

function shapeOf({ places, channelAxis, channels, grid }: FeatureMap): readonly number[] {
  const shape = Array.from({ length: places.kind === "map" ? 4 : 3 }, () => 1);
  shape[channelAxis] = channels!;
  if (places.kind === "tokens") shape[places.axis] = grid!.rows * grid!.columns;
  else [shape[places.rows], shape[places.columns]] = [grid!.rows, grid!.columns];
  return shape;
}

/** Row and column of an element. */
function cellOf(
  { places, grid }: FeatureMap,
  shape: readonly number[],
  at: number,
): readonly [number, number] {
  const along = (axis: number) => Math.floor(at / elementCount(shape.slice(axis + 1))) % shape[axis]!;
  if (places.kind === "map") return [along(places.rows), along(places.columns)];
  const patch = along(places.axis) - places.first;
  return [Math.floor(patch / grid!.columns), patch % grid!.columns];
}

/** Rows and columns in the middle of an odd grid belong to no quarter: -1. */
function quarterOf(y: number, x: number, rows: number, columns: number): number {
  const [down, across] = [Math.sign(2 * y + 1 - rows), Math.sign(2 * x + 1 - columns)];
  return down === 0 || across === 0 ? -1 : 2 * Number(down > 0) + Number(across > 0);
}
