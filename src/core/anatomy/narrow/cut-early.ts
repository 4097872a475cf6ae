// Rows that nobody reads are not computed: a head that reads one token cuts it out before the last block's work.
import { makeIntTensor, makeNode } from "../../onnx/build.ts";
import { prune } from "../../onnx/canonical/prune.ts";
import { indexGraph, valuesRead } from "../../onnx/graph-index.ts";
import type { Node, OnnxModel, Tensor } from "../../onnx/model.ts";
import { standardOpset } from "../../onnx/operator-sets.ts";
import { knownValues, type Shape } from "../../onnx/shapes/facts.ts";
import { inferFacts } from "../../onnx/shapes/infer-facts.ts";
import { exposeOutputs } from "../expose.ts";
import type { FactsContext } from "../facts-context.ts";
import { areEqual, type Cut, pickedCut, united, type Want, wantsOf } from "./cut.ts";

/**
 * The same outputs from less work. Where all readers of a value take but a few positions of an axis, these are taken
 * from what the value is made of, as far back as positions stay apart. In a Vision Transformer that classifies by its
 * class token this leaves out most of the last block, a twentieth of the whole for twelve blocks.
 * @param model in canonical form; its outputs are replaced by those that are wanted.
 * @param wanted names of values.
 */
export function cutEarly(
  model: OnnxModel,
  wanted: readonly string[],
  inputShapes: ReadonlyMap<string, Shape>,
): OnnxModel {
  const outputs = exposeOutputs(model, wanted).graph.outputs.filter(({ name }) => wanted.includes(name));
  const graph = prune({ ...model.graph, outputs });
  const index = indexGraph(graph);
  const facts = inferFacts(model, index, inputShapes);
  const context: FactsContext = { index, facts, opset: standardOpset(model) ?? 0 };
  const { kept, wants } = decide(context);
  const scribe = createScribe(context, kept);
  for (const node of index.order) scribe.write(node, wants.get(node));
  const { nodes, constants } = scribe;
  return { ...model, graph: prune({ ...graph, nodes, initializers: [...graph.initializers, ...constants] }) };
}

interface Decision {
  /** The values of which only a cut is written. */
  readonly kept: ReadonlyMap<string, Cut>;
  /** What their nodes read, input by input. */
  readonly wants: ReadonlyMap<Node, readonly Want[]>;
}

/** From the outputs to the inputs, so that all readers of a value have been asked when its node is. */
function decide(context: FactsContext): Decision {
  const asked = new Map<string, Want>(context.index.graph.outputs.map(({ name }) => [name, null]));
  const kept = new Map<string, Cut>();
  const wants = new Map<Node, readonly Want[]>();
  const ask = (name: string, want: Want): void => {
    asked.set(name, asked.has(name) ? united(asked.get(name)!, want) : want);
  };
  for (const node of [...context.index.order].reverse()) {
    const cut = worthwhile(context, node.outputs[0] ?? "", asked.get(node.outputs[0] ?? "") ?? null);
    const own = cut === null ? undefined : wantsOf(context, node, cut);
    if (cut !== null && own !== undefined) {
      kept.set(node.outputs[0]!, cut);
      wants.set(node, own);
    }
    const isPick = node.opType === "Gather" && node.domain === "";
    for (const name of valuesRead(node)) if (!node.inputs.includes(name)) ask(name, null);
    for (const [place, name] of node.inputs.entries())
      ask(name, own?.[place] ?? (isPick && place === 0 ? pickedCut(context, node) : null));
  }
  return { kept, wants };
}

/** A cut that leaves out at least half. */
function worthwhile({ facts }: FactsContext, name: string, want: Want): Want {
  const size = want === null ? null : facts.get(name)?.shape?.[want.axis];
  return want !== null && size != null && 2 * (want.to - want.from) <= size ? want : null;
}

/** Writes the nodes anew, those of kept cuts on cuts of their inputs. */
function createScribe({ facts, index }: FactsContext, kept: ReadonlyMap<string, Cut>) {
  const nodes: Node[] = [];
  const constants: Tensor[] = [];
  const cuts = new Map<string, string>();

  function constant(name: string, values: readonly number[], rank = 1): string {
    constants.push(makeIntTensor(name, rank === 0 ? [] : [values.length], values));
    return name;
  }

  /** The name under which this much of a value can be read. */
  function read(name: string, want: Cut): string {
    const there = kept.get(name);
    if (there !== undefined && areEqual(there, want)) return cutName(name, there);
    const result = cutName(name, want);
    const known = cuts.get(result);
    if (known !== undefined) return known;
    cuts.set(result, result);
    const shift = there?.from ?? 0;
    const ends = [want.from - shift, want.to - shift, want.axis];
    const lists = ends.map((value, place) => constant(`${result}/${place}`, [value]));
    nodes.push(makeNode("Slice", [there === undefined ? name : cutName(name, there), ...lists], [result]));
    return result;
  }

  function shapeOf(node: Node, cut: Cut, output: string): string {
    const shape = facts.get(node.outputs[0]!)!.shape!;
    return constant(
      `${output}/shape`,
      shape.map((size, axis) => (axis === cut.axis ? cut.to - cut.from : size!)),
    );
  }

  return {
    nodes,
    constants,
    write(node: Node, wants: readonly Want[] | undefined): void {
      const [data] = node.inputs;
      const picked = data === undefined ? undefined : kept.get(data);
      if (wants !== undefined) {
        const cut = kept.get(node.outputs[0]!)!;
        const output = cutName(node.outputs[0]!, cut);
        const inputs = node.inputs.map((name, place) => (wants[place] ? read(name, wants[place]) : name));
        if (node.opType === "Reshape") inputs[1] = shapeOf(node, cut, output);
        nodes.push({ ...node, inputs, outputs: [output] });
      } else if (picked !== undefined) {
        const size = facts.get(data!)!.shape![picked.axis]!;
        const places = facts.get(node.inputs[1]!)!;
        const values = knownValues(places)!.map((value) => (value < 0 ? value + size : value) - picked.from);
        const list = constant(`${node.outputs[0]}/places`, values, places.shape!.length);
        nodes.push({ ...node, inputs: [cutName(data!, picked), list] });
      } else nodes.push(node);
    },
  };

  function cutName(name: string, { axis, from, to }: Cut): string {
    const base = `${name}/cut_${axis}_${from}_${to}`;
    return index.producers.has(base) ? `${base}/` : base;
  }
}
