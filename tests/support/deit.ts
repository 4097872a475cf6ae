// The real DeiT-Tiny in Node, explained as the product does it: by the engine's own plans, one run for all requests.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ExplainRequest } from "../../src/bridge/contract.ts";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { makeNode } from "../../src/core/onnx/build.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { createExplainer } from "../../src/engine/explainer.ts";
import { sketchNetwork } from "../../src/engine/plan/network.ts";
import { ignore, never, openNetwork } from "../engine/open-network.ts";
import { witnesses } from "./witnesses.ts";

/** A picture that went through the network. */
export interface SeenPicture {
  readonly logits: Float32Array;
  /** Makes what these requests need, in one run for each class. */
  gather(requests: readonly ExplainRequest[]): Promise<void>;
  /** The raw map of a request. @throws what `Explainer.explain` throws */
  explain(request: ExplainRequest): Promise<Float32Array>;
}

/** The file as hubs publish it, from the mirror. */
export function readDeit(): Uint8Array {
  const mirrored = deitTiny.files[0].sources.find(({ kind }) => kind === "mirror")!;
  return readFileSync(resolve(witnesses.models, mirrored.location));
}

/**
 * @param model the file, or what was made of it.
 * @returns what puts a normalised picture `[3,S,S]` through the network.
 */
export async function openDeit(
  model: OnnxModel | Uint8Array = readDeit(),
): Promise<(pixels: Float32Array) => Promise<SeenPicture>> {
  const classifier = await openNetwork(model);
  return async (pixels) => {
    const forward = await classifier.forward(pixels);
    const picture = { job: 0, pixels, ...forward };
    const { gather, explain } = createExplainer(classifier.network, classifier.plans, picture);
    return {
      logits: forward.logits,
      gather: (requests) => gather(requests, never, ignore),
      explain: async (request) => (await explain(request, never, ignore)).values,
    };
  };
}

/**
 * The file's network in canonical form, with the constants that witnesses' networks add to variances: the file adds
 * 1e-12, which at an entry on the border of a discard, or at a division near zero, is a difference.
 */
export function deitWithEpsilons(epsilon: number, finalEpsilon = epsilon): OnnxModel {
  const { model } = sketchNetwork({ name: "DeiT-Tiny", bytes: readDeit(), externalData: new Map() });
  const last = model.graph.nodes.filter(({ opType }) => opType === "LayerNormalization").at(-1);
  const nodes = model.graph.nodes.map((node) => {
    if (node.opType !== "LayerNormalization") return node;
    const float = node === last ? finalEpsilon : epsilon;
    return makeNode(node.opType, node.inputs, node.outputs, { axis: -1, epsilon: { float } });
  });
  return { ...model, graph: { ...model.graph, nodes } };
}
