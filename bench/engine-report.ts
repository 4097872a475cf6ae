// What was found of the engine, as rows, and what a map costs for the docs.
import type { Measurement, mergeMeasured } from "../tools/methods-page.ts";
import type { MethodTimes } from "./engine-page/protocol.ts";
import type { EngineFindings, PassFindings } from "./engine-part.ts";
import { milliseconds, type Row, ratioRow, row, show, tableOf, times } from "./rows.ts";
import { median, quantile } from "./statistics.ts";

export function describeEngine({ passes, methods }: EngineFindings): readonly string[] {
  return [
    ...passes.flatMap((found) => [
      "",
      `With ${found.threads === 1 ? "one thread" : `${found.threads} threads`}:`,
      "",
      ...tableOf(passRows(found)),
    ]),
    "",
    `Every method on ${passes[0].threads} threads, with the options of its author:`,
    "",
    "| Method | Map / forward pass | Slowest slider | Step, p50 | Target | |",
    "|---|---|---|---|---|---|",
    ...methods.map(methodRow),
  ].slice(1);
}

/** Turns lie next to each other, so ratios are medians of ratios within a turn. */
function passRows({ load, passes }: PassFindings): readonly Row[] {
  const ratio = (of: readonly number[]) => median(of.map((time, turn) => time / passes.bare[turn]));
  const { together, heapBytes } = passes;
  const copies = (bytes: number) => `${(bytes / load.weightBytes).toFixed(1)} × the file`;
  return [
    row("forward pass of the published file", milliseconds(passes.bare)),
    ratioRow("with all attentions", ratio(passes.attention), 1.1),
    ratioRow("with gradients of all layers", ratio(passes.gradients), 2.3),
    ratioRow("with gradients for five classes", ratio(passes.fiveClasses), 6),
    ratioRow("switch to another class", ratio(passes.classSwitch), 1.4),
    row("maps of all methods that one backward pass serves", times(ratio(together["one-pass"]))),
    ratioRow("maps of all methods on attention and one gradient", ratio(together.all), 2.6),
    ratioRow("rewriting the graph / creating its session", rewritingShare(load), 0.5),
    row("rewriting the graph", milliseconds(load.rewriting)),
    row("runtime's memory with two plain sessions", copies(heapBytes[0])),
    row("more with a plan for gradients", copies(heapBytes[1] - heapBytes[0])),
    row("more with a plan for relevance", copies(heapBytes[2] - heapBytes[1])),
  ];
}

function rewritingShare({ rewriting, session }: PassFindings["load"]): number {
  return median(rewriting.map((time, turn) => time / session[turn]));
}

const longestStep = 8;

function methodRow({ id, map, bare, steps }: MethodTimes): string {
  const sliders = Object.entries(steps).map(([name, each]) => [name, quantile(each, 0.5)] as const);
  const [slowest] = sliders.sort(([, one], [, other]) => other - one);
  const cells = slowest === undefined ? ["", "", "", ""] : stepCells(...slowest);
  return `| ${[id, times(median(map) / median(bare)), ...cells].join(" | ")} |`;
}

function stepCells(name: string, time: number): readonly string[] {
  return [name, show(time), `≤ ${longestStep} ms`, time <= longestStep ? "met" : "**missed**"];
}

/** Times of maps in forward passes, as docs/methods-measured.json holds them. */
export function costsOf({ methods }: EngineFindings): Parameters<typeof mergeMeasured>[1] {
  return methods.map(
    ({ id, map, bare }): Measurement => ({ method: id, measure: "cost", value: median(map) / median(bare) }),
  );
}
