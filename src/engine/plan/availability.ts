// Which tensors a network can give, told from its graph before anything is run.
import type { MethodRefusal } from "../../bridge/contract.ts";
import { refuseWithoutRule } from "../../core/autodiff/backward.ts";
import { indexGraph } from "../../core/onnx/graph-index.ts";
import { inferFacts } from "../../core/onnx/shapes/infer-facts.ts";
import type { Draft } from "./draft.ts";
import type { Network } from "./network.ts";
import type { PassWish, Recipe } from "./recipe.ts";
import { recipeFor } from "./recipes.ts";
import { lackOf, refusalOfError } from "./refusals.ts";
import { atOnePicture, isPathNeed, type TensorNeed } from "./tensor-need.ts";

/** Why the network cannot give a tensor; null where it can. */
export type Availability = (need: TensorNeed) => MethodRefusal | null;

/** Looks at each way through the graph once. */
export function availabilityOn(network: Network): Availability {
  const draft = undrafted(network);
  let graph: ReturnType<typeof readGraph> | null = null;
  const answers = new Map<string, MethodRefusal | null>();

  function refusalOnWay({ key, rules }: PassWish, wanted: readonly string[]): MethodRefusal | null {
    const way = `${key} to ${wanted.join()}`;
    const known = answers.get(way);
    if (known !== undefined) return known;
    graph ??= readGraph(network);
    const seeds = new Map([[network.logits.name, null]]);
    const answer = refusalIn(() => refuseWithoutRule({ ...graph!, seeds, wanted, rules }));
    answers.set(way, answer);
    return answer;
  }

  return (need) => {
    const plain = isPathNeed(need) ? atOnePicture(need) : need;
    const lack = lackOf(network, plain);
    if (lack !== null) return lack;
    const { arrivals } = recipeFor(network, plain, draft);
    const [first] = arrivals;
    return first === undefined ? null : refusalOnWay(first.pass, wantedOf(arrivals));
  };
}

/** Copies of the head need the rules that the head itself needs. */
function undrafted({ model, logits, transformer }: Network): Draft {
  const scores = transformer?.attention.map(() => logits.name) ?? [];
  const pooled = transformer?.pooling.map(({ tensor }) => ({ scores: logits.name, attention: tensor })) ?? [];
  return {
    model: () => model,
    localScores: () => scores,
    pooledScores: () => pooled,
    projectedValues: () => [],
  };
}

function wantedOf(arrivals: Recipe["arrivals"]): readonly string[] {
  return [...new Set(arrivals.map(({ tensor }) => tensor))];
}

function readGraph({ model, inputShapes }: Network) {
  const index = indexGraph(model.graph);
  return { index, facts: inferFacts(model, index, inputShapes) };
}

function refusalIn(attempt: () => void): MethodRefusal | null {
  try {
    attempt();
    return null;
  } catch (error) {
    const refusal = refusalOfError(error);
    if (refusal === null) throw error;
    return refusal;
  }
}
