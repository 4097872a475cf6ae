// Which operator sets the runtime knows, and whether a model stays within them.
import { XaiError } from "../errors.ts";
import type { OnnxModel } from "./model.ts";

/** Versions of the standard operators that onnxruntime-web 1.30 loads; below 7 it promises nothing. */
const standardVersions = { oldest: 7, newest: 26 } as const;

/** Domains that onnxruntime brings itself. Others need either local functions or a custom library. */
const knownDomains: ReadonlySet<string> = new Set([
  "",
  "ai.onnx",
  "ai.onnx.ml",
  "ai.onnx.training",
  "ai.onnx.preview",
  "ai.onnx.preview.training",
  "com.microsoft",
  "com.microsoft.experimental",
  "com.microsoft.nchwc",
  "com.ms.internal.nhwc",
]);

/** The field of ModelProto that holds local functions, as a tag: number 25, length-delimited. */
const functionsTag = [0xca, 0x01] as const;

/** @throws onnx/unsupported-opset */
export function checkOperatorSets(model: OnnxModel): void {
  const version = standardOpset(model);
  if (version !== null && (version < standardVersions.oldest || version > standardVersions.newest)) {
    throw new XaiError("onnx/unsupported-opset", { domain: "ai.onnx", version });
  }
  const hasFunctions = model.rest.some((field) => functionsTag.every((byte, index) => field[index] === byte));
  if (hasFunctions) return;
  const foreign = model.graph.nodes.find((node) => !knownDomains.has(node.domain));
  if (foreign === undefined) return;
  const found = model.opsets.find((opset) => opset.domain === foreign.domain);
  throw new XaiError("onnx/unsupported-opset", { domain: foreign.domain, version: found?.version ?? 0 });
}

/** Version of the standard operators that the model uses; null where it imports none. */
export function standardOpset(model: OnnxModel): number | null {
  const found = model.opsets.find(({ domain }) => isStandardDomain(domain));
  return found?.version ?? null;
}

/** The standard domain has two names. */
export function isStandardDomain(domain: string): boolean {
  return domain === "" || domain === "ai.onnx";
}
