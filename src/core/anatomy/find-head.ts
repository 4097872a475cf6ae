// Describes the classification head: what of the last tokens it reads, and the norm before it.
import { unavoidableNodes } from "../onnx/unavoidable.ts";
import type { ClassifierHead, TokenReading } from "./anatomy.ts";
import { isLayer, isRelayout } from "./flow-between.ts";
import type { FlowContext } from "./flow-context.ts";
import type { FoundStream } from "./residual-stream.ts";
import { allReadings, followTokens, isTokenByToken } from "./token-flow.ts";

/** @param scores name of the class scores. */
export function findHead(
  context: FlowContext,
  { end, tokenAxis }: FoundStream,
  scores: string,
): ClassifierHead {
  const count = context.facts.get(end)?.shape?.[tokenAxis] ?? 0;
  const flow = followTokens(context, end, tokenAxis, count);
  const readings = allReadings(flow.get(scores) ?? { axis: null, whole: new Map() });
  const strand = unavoidableNodes(context.index, new Set(flow.keys()), scores);
  let norm: string | null = null;
  for (const node of strand) {
    const [output] = node.outputs;
    if (isLayer(node) || !isTokenByToken(flow.get(output!))) break;
    if (norm !== null || !isRelayout(node)) norm = output!;
  }
  return { input: end, norm, readings, outputTokens: outputTokens(readings) };
}

/** Tokens that are read by themselves; where there are none, all that are read together. */
function outputTokens(readings: readonly TokenReading[]): readonly number[] {
  const single = readings.filter(({ kind }) => kind === "token");
  const tokens = (single.length > 0 ? single : readings).flatMap((reading) => reading.tokens);
  return [...new Set(tokens)].sort((a, b) => a - b);
}
