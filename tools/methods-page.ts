// The page docs/methods.md: every method as its registry entry describes it, with what was measured of it.
import type { Method, OptionSpec, OptionSpecs, StepResult } from "../src/core/attribution/method.ts";
import type { TensorKind } from "../src/core/attribution/tensors.ts";
import { methodsWithoutGolden } from "./methods-without-golden.ts";

/** What the page says of a method. */
export type MethodCard = Omit<
  Method<string, OptionSpecs, TensorKind, StepResult>,
  "explainer" | "variant" | "figures"
>;

/** What tests and bench measured of a method; what is absent was not measured. */
export interface Measured {
  /** Largest error against the authors' code on the tiny model, in double precision, as a share of the map's maximum. */
  readonly tiny?: number;
  /** The same on DeiT-Tiny and photographs, in single precision through the runtime. */
  readonly real?: number;
  /** Mean rank correlation there, of methods whose divisions near zero leave values open in single precision. */
  readonly rank?: number;
  /** Time of a map with the tensors that only it needs, in forward passes. */
  readonly cost?: number;
}

export type MeasuredById = Readonly<Record<string, Measured>>;

/** One measurement, as a line of JSON that a test or the bench writes. */
export interface Measurement {
  readonly method: string;
  readonly measure: keyof Measured;
  readonly value: number;
}

const families: Readonly<Record<MethodCard["family"], string>> = {
  rollout: "Attention alone",
  gradient: "Attention and gradients",
  relevance: "Relevance",
  cam: "Class activation maps",
  input: "Input gradients",
};

/** Short names for the table, and what they mean for the legend below it. */
const tensors: Readonly<Record<TensorKind, readonly [name: string, meaning: string]>> = {
  attention: ["A", "attention of every layer"],
  scores: ["S", "what the softmaxes of every layer read"],
  attentionGradient: ["∂y/∂A", "gradient of the score at the attention of every layer"],
  attentionRelevance: ["R(A)", "relevance of the attention of every layer"],
  localGradient: ["∂s/∂A", "gradient of each layer's own score at its attention"],
  poolerGradient: ["∂s/∂P", "gradient of each layer's own score at the attention of the pooler"],
  tokens: ["X", "tokens before, within and behind every block"],
  projectedValues: ["VW", "values behind the output weights of every layer"],
  tokenGradient: ["∂y/∂X", "gradient of the score at the input of every block"],
  features: ["F, ∂y/∂F", "a feature map and the gradient of the score at it"],
  picture: ["x", "the picture as the model takes it"],
  inputGradient: ["∂y/∂x", "gradient of the score at the picture"],
  inputRelevance: ["R(x)", "relevance of the picture"],
  attentionPath: ["∫∂y/∂A", "mean gradient at the last layer's attention along a path of pictures"],
  inputPath: ["∫∂y/∂x", "mean gradient at the picture along a path of pictures"],
};

const measures = ["tiny", "real", "rank", "cost"] as const satisfies readonly (keyof Measured)[];

/**
 * The newest measurements over the older ones, to two digits: of several of the same kind the worst counts, which is
 * the smallest rank correlation and the largest of all others.
 * @param older what docs/methods-measured.json holds.
 */
export function mergeMeasured(older: MeasuredById, newer: readonly Measurement[]): MeasuredById {
  const ids = [...new Set([...Object.keys(older), ...newer.map(({ method }) => method)])].sort();
  const entries = ids.map((id) => {
    const values = measures.flatMap((measure) => {
      const fresh = newer.filter((each) => each.method === id && each.measure === measure);
      const worst = measure === "rank" ? Math.min : Math.max;
      const value = fresh.length === 0 ? older[id]?.[measure] : worst(...fresh.map((each) => each.value));
      return value === undefined ? [] : [[measure, Number(value.toPrecision(2))] as const];
    });
    return [id, Object.fromEntries(values)] as const;
  });
  return Object.fromEntries(entries);
}

/** The whole page as Markdown. */
export function methodsPage(methods: readonly MethodCard[], measured: MeasuredById): string {
  const grouped = Object.entries(families)
    .map(([family, title]) => ({ title, members: methods.filter((method) => method.family === family) }))
    .filter(({ members }) => members.length > 0);
  return `${[
    "# Explanation methods",
    "",
    "Made from the registry by `npx tsx tools/methods-table.ts`; change the methods' files, not this page.",
    "Defaults are bold.",
    "",
    ...overview(
      grouped.flatMap(({ members }) => members),
      measured,
    ),
    ...grouped.flatMap(({ title, members }) => ["", `## ${title}`, ...members.flatMap(section)]),
  ].join("\n")}\n`;
}

function overview(methods: readonly MethodCard[], measured: MeasuredById): readonly string[] {
  const rows = methods.map(({ id, label, needs, classSpecific }) => {
    const { tiny, real, rank, cost } = measured[id] ?? {};
    const cells = [
      `[${label}](#${id})`,
      needs.map((kind) => tensors[kind][0]).join("; "),
      classSpecific ? "yes" : "no",
      share(tiny),
      rank === undefined ? share(real) : `rank ${rank}`,
      cost === undefined ? "" : cost.toFixed(2),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| method | tensors | class-specific | error, tiny model | error, DeiT-Tiny | cost |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
    "- **error, tiny model**: largest difference from the authors' own code in double precision, over all classes and",
    "  settings that were recorded, as a share of the map's maximum.",
    "- **error, DeiT-Tiny**: the same on photographs, through the runtime in single precision; where entries of what is",
    "  discarded change places by rounding, up to 2e-3. `rank` is the mean rank correlation instead of an error: rules that",
    "  divide by products near zero leave single values open in single precision, and so do the authors' own. In double",
    "  precision these maps are the authors' too.",
    "- Numbers of the CAM family come from pytorch-grad-cam in single precision, so the error is that precision's.",
    "- **cost**: time of one map for one class with all tensors that it needs, in forward passes of DeiT-Tiny.",
    "- An empty cell: there are no such numbers to compare with, or the cost was not measured.",
    "",
    "Without numbers of the authors for the tiny model, and tested against their formulas written out on whole matrices:",
    "",
    ...methodsWithoutGolden.map(({ name, reason }) => `- **${name}**: ${reason}`),
    "- **LibraGrad**, which changes the gradients of any of these methods: its authors' code was read, not run; the",
    "  gradients are tested against the definition, written out by hand.",
    "",
    "Tensors, of which each is made only for methods that ask for it:",
    "",
    ...Object.values(tensors).map(([name, meaning]) => `- **${name}**: ${meaning}`),
  ];
}

function section(method: MethodCard): readonly string[] {
  const { id, label, cite, paper, formula, summary, caveats, licence } = method;
  const { classSpecific, signed, resolution, unstable } = method;
  const options = Object.entries(method.options);
  return [
    "",
    `### <a id="${id}"></a>${label}`,
    "",
    summary,
    "",
    `    ${formula}`,
    "",
    `- Source: [${cite}](${paper}); [code](../src/core/attribution/${id}.ts)`,
    `- The map: ${places[resolution]}, ${signed ? "signed" : "not below zero"}, ${classSpecific ? "of one class" : "the same for every class"}`,
    ...options.map(([name, spec]) => `- Option \`${name}\`: ${describeOption(spec)}`),
    ...(unstable === true
      ? ["- Unstable: a change of the picture that nobody sees can change the map."]
      : []),
    ...caveats.map((caveat) => `- Caveat: ${caveat}`),
    `- Licence: ${licence}`,
  ];
}

const places: Readonly<Record<MethodCard["resolution"], string>> = {
  patches: "a value for each patch",
  features: "a value for each cell of the feature map",
  pixels: "a value for each pixel of the model's input",
};

function describeOption(spec: OptionSpec): string {
  switch (spec.kind) {
    case "choice": {
      const values = spec.choices.map(({ value }) => (value === spec.initial ? `**${value}**` : value));
      return `${spec.help} ${values.join(", ")}.`;
    }
    case "range":
      return `${spec.help} ${spec.minimum} to ${spec.maximum}, **${spec.initial}**.`;
    case "layer":
      return `${spec.help} Any layer, **${spec.initial < 0 ? fromLast(-1 - spec.initial) : spec.initial}**.`;
    case "head":
      return `${spec.help} Any head, **${spec.initial === -1 ? "all" : spec.initial}**.`;
    case "feature-layer":
      return `${spec.help} Any feature map, **${fromLast(spec.initial)}**.`;
    case "heads-off":
      return `${spec.help} Any heads, **none**.`;
  }
}

function fromLast(steps: number): string {
  return steps === 0 ? "the last" : `${steps} before the last`;
}

function share(error: number | undefined): string {
  return error === undefined ? "" : error.toExponential(1);
}
