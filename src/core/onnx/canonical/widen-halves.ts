// Lets a half-precision model compute in single precision, with its weights where and as they are.
import { intAttribute, tensorAttribute } from "../attributes.ts";
import { makeAttribute, makeNode } from "../build.ts";
import { ElementType, type Graph, type Node, type OnnxModel, type ValueInfo } from "../model.ts";
import { withAttribute } from "./edit-node.ts";
import { valueNames } from "./emitter.ts";

/**
 * The same model in float32, inputs and outputs included; to be brought into canonical form afterwards. For devices
 * without half precision (WebGPU without `shader-f16` refuses such models), and for gradients, which are small
 * enough to vanish in halves. The weights' bytes stay halves in the file: the runtime widens them when it loads the
 * model, and then needs twice the memory for them.
 * @returns the model itself where there are no halves, or where nodes hold graphs.
 */
export function widenHalves(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const isHeld = graph.nodes.some(({ attributes }) =>
    attributes.some(({ kind }) => kind.startsWith("graph")),
  );
  return isHeld || !hasHalves(graph) ? model : { ...model, graph: widened(graph) };
}

function hasHalves(graph: Graph): boolean {
  const isHalf = ({ elementType }: { readonly elementType: number }) => elementType === ElementType.float16;
  const isHalfValue = ({ type }: ValueInfo) => type?.kind === "tensor" && isHalf(type);
  return graph.initializers.some(isHalf) || graph.inputs.some(isHalfValue) || graph.nodes.some(makesHalves);
}

function widened(graph: Graph): Graph {
  const taken = valueNames(graph);
  const casts: Node[] = [];
  const narrow = (name: string) => {
    let half = `${name}/half`;
    while (taken.has(half)) half += "_";
    taken.add(half);
    casts.push(makeNode("Cast", [half], [name], { to: ElementType.float32 }));
    return half;
  };
  const initializers = graph.initializers.map((tensor) =>
    tensor.elementType === ElementType.float16 ? { ...tensor, name: narrow(tensor.name) } : tensor,
  );
  const nodes = graph.nodes.map((node) => {
    if (!makesHalves(node)) return node;
    if (node.opType === "Cast") return withAttribute(node, makeAttribute("to", ElementType.float32));
    return { ...node, outputs: node.outputs.map(narrow) };
  });
  const initialised = new Set(graph.initializers.map(({ name }) => name));
  return {
    ...graph,
    initializers,
    nodes: [...casts, ...nodes],
    inputs: graph.inputs.filter(({ name }) => !initialised.has(name)).map(inSinglePrecision),
    outputs: graph.outputs.map(inSinglePrecision),
    valueInfo: graph.valueInfo.map(inSinglePrecision),
  };
}

/** Operators that say themselves that their result is halves; all others take the type of their inputs. */
function makesHalves(node: Node): boolean {
  if (node.opType === "Cast") return intAttribute(node, "to") === ElementType.float16;
  const isConstant = node.opType === "Constant" || node.opType === "ConstantOfShape";
  return isConstant && tensorAttribute(node, "value")?.elementType === ElementType.float16;
}

function inSinglePrecision(value: ValueInfo): ValueInfo {
  if (value.type?.kind !== "tensor" || value.type.elementType !== ElementType.float16) return value;
  return { ...value, type: { ...value.type, elementType: ElementType.float32 } };
}
