// Follows single tokens through a graph: which of them each result reads, and in what company.
import type { Node } from "../onnx/model.ts";
import type { TokenReading } from "./anatomy.ts";
import type { AxisFate } from "./axes/axis-fate.ts";
import { followAxis } from "./axes/follow-axis.ts";
import type { FlowContext } from "./flow-context.ts";

/** By a key that equal readings share. */
export type Readings = ReadonlyMap<string, TokenReading>;

export type TokenState =
  /** What each position along an axis is made of. */
  | { readonly axis: number; readonly positions: readonly Readings[] }
  /** What the whole value is made of. */
  | { readonly axis: null; readonly whole: Readings };

/**
 * What every value downstream is made of; never less than it is, since what cannot be told counts as mixed.
 * @param source a value whose tokens lie along `axis`.
 */
export function followTokens(
  context: FlowContext,
  source: string,
  axis: number,
  count: number,
): ReadonlyMap<string, TokenState> {
  const positions = Array.from({ length: count }, (_, token) =>
    oneReading({ kind: "token", tokens: [token] }),
  );
  const flow = new Map<string, TokenState>([[source, { axis, positions }]]);
  for (const node of context.index.order) {
    if (!node.inputs.some((name) => flow.has(name))) continue;
    for (const [output, name] of node.outputs.entries()) {
      if (name !== "" && !flow.has(name)) flow.set(name, stateAfter(context, flow, node, output));
    }
  }
  return flow;
}

/** All readings of a value, positions or not. */
export function allReadings(state: TokenState): readonly TokenReading[] {
  const readings = state.axis === null ? state.whole : united(state.positions);
  return [...readings.values()];
}

/** Whether every position is made of the token of the same place, and of no other. */
export function isTokenByToken(
  state: TokenState | undefined,
): state is TokenState & { readonly axis: number } {
  if (state === undefined || state.axis === null) return false;
  return state.positions.every(
    (readings, position) => readings.size === 1 && readings.has(`token ${position}`),
  );
}

function stateAfter(
  context: FlowContext,
  flow: ReadonlyMap<string, TokenState>,
  node: Node,
  output: number,
): TokenState {
  const states = node.inputs.flatMap((name, place) => {
    const state = flow.get(name);
    if (state === undefined || isSizeOnly(node)) return [];
    if (state.axis === null) return [state];
    return [moved(state.positions, followAxis(context, node, place, output, state.axis))];
  });
  return states.reduce(combined, { axis: null, whole: new Map() });
}

/** Sizes say nothing of the tokens themselves. */
function isSizeOnly(node: Node): boolean {
  return node.opType === "Shape" || node.opType === "Size";
}

function moved(positions: readonly Readings[], fate: AxisFate): TokenState {
  switch (fate.kind) {
    case "kept":
      return { axis: fate.axis, positions };
    case "blended": {
      const mixture = together("mixture", positions);
      return { axis: fate.axis, positions: positions.map(() => mixture) };
    }
    case "picked": {
      const picked = fate.positions.map((position) => positions[position] ?? new Map());
      return fate.axis === null
        ? { axis: null, whole: united(picked) }
        : { axis: fate.axis, positions: picked };
    }
    case "joined": {
      const { axis, offset, length } = fate;
      return {
        axis,
        positions: Array.from({ length }, (_, place) => positions[place - offset] ?? new Map()),
      };
    }
    case "merged":
      return { axis: null, whole: together(fate.how === "sum" ? "mixture" : fate.how, positions) };
    default:
      return { axis: null, whole: together("mixture", positions) };
  }
}

/** Position by position where the axes agree; else nothing is known but who takes part. */
function combined(first: TokenState, second: TokenState): TokenState {
  if (first.axis === null && second.axis === null) {
    return { axis: null, whole: united([first.whole, second.whole]) };
  }
  if (first.axis === null || second.axis === null) {
    const [line, rest] = first.axis === null ? [second, first] : [first, second];
    const { axis, positions } = line as TokenState & { readonly axis: number };
    const { whole } = rest as TokenState & { readonly axis: null };
    return { axis, positions: positions.map((readings) => united([readings, whole])) };
  }
  if (first.axis !== second.axis || first.positions.length !== second.positions.length) {
    return { axis: null, whole: together("mixture", [...first.positions, ...second.positions]) };
  }
  const { axis, positions } = first;
  return {
    axis,
    positions: positions.map((readings, place) => united([readings, second.positions[place]!])),
  };
}

/** The readings of several positions made one: a mean of tokens is a reading of its own, a mean of means is mixed. */
function together(kind: "mean" | "maximum" | "mixture", positions: readonly Readings[]): Readings {
  const readings = [...united(positions).values()];
  const tokens = [...new Set(readings.flatMap((reading) => reading.tokens))].sort((a, b) => a - b);
  if (tokens.length === 0) return new Map();
  const isPlain = readings.every((reading) => reading.kind === "token");
  if (readings.length === 1) return oneReading(readings[0]!);
  return oneReading({ kind: isPlain ? kind : "mixture", tokens });
}

function united(readings: readonly Readings[]): Readings {
  return new Map(readings.flatMap((each) => [...each]));
}

function oneReading(reading: TokenReading): Readings {
  return new Map([[`${reading.kind} ${reading.tokens.join(" ")}`, reading]]);
}
