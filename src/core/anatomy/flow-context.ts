// What every search through a classifier's graph needs to know: sizes, order, and where picture and text flow.
import { type GraphIndex, indexGraph } from "../onnx/graph-index.ts";
import { ElementType, type Node, type OnnxModel } from "../onnx/model.ts";
import { standardOpset } from "../onnx/operator-sets.ts";
import type { Shape } from "../onnx/shapes/facts.ts";
import { inferFacts } from "../onnx/shapes/infer-facts.ts";
import type { FactsContext } from "./facts-context.ts";
import { valuesFrom } from "./image-flow.ts";
import { findInputs, type Inputs } from "./image-input.ts";
import { followPlaces, type SpatialFlow } from "./spatial-flow.ts";

export interface FlowContext extends FactsContext {
  /** Place of every node in the execution order. */
  readonly positions: ReadonlyMap<Node, number>;
  /** Values that carry the picture. */
  readonly fromImage: ReadonlySet<string>;
  /** Values that carry text, tokens or other integer inputs. */
  readonly fromOther: ReadonlySet<string>;
  /** Where the picture's rows and columns lie in values. */
  readonly places: SpatialFlow;
  readonly inputs: Inputs;
}

/**
 * @param known side of the picture, where the file leaves it open and it was told otherwise.
 * @throws anatomy/unsupported-input where no input takes a picture that can be fed
 * @throws onnx/not-onnx where nodes wait for each other
 */
export function createFlowContext(model: OnnxModel, known: number | null = null): FlowContext {
  const { input, otherInputs } = findInputs(model);
  const inputs = { input: { ...input, size: input.size ?? known }, otherInputs };
  const { name, size, channels } = inputs.input;
  const index = indexGraph(model.graph);
  const picture: Shape = [1, channels ?? 3, size, size];
  const facts = inferFacts(model, index, new Map([[name, picture]]));
  const sized: FactsContext = { index, facts, opset: standardOpset(model) ?? 0 };
  return {
    ...sized,
    inputs,
    positions: new Map(index.order.map((node, position) => [node, position])),
    fromImage: valuesFrom(index, [name]),
    fromOther: valuesOfText(index, inputs),
    places: followPlaces(sized, name),
  };
}

/** Masks are integers too: what makes an input text is that it picks rows of a table. */
function valuesOfText(index: GraphIndex, { otherInputs }: Inputs): ReadonlySet<string> {
  const integers = otherInputs.filter(({ elementType }) => isInteger(elementType));
  const fromIntegers = valuesFrom(
    index,
    integers.map(({ name }) => name),
  );
  const embedded = index.order.filter(({ opType, inputs: [table, rows] }) => {
    return opType === "Gather" && index.initializers.has(table ?? "") && fromIntegers.has(rows ?? "");
  });
  return valuesFrom(
    index,
    embedded.flatMap(({ outputs }) => outputs),
  );
}

function isInteger(elementType: number): boolean {
  return elementType === ElementType.int64 || elementType === ElementType.int32;
}
