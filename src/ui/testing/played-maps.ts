// Made-up maps for every method: bumps whose places depend on the class, with or without signs, in any resolution.
import type { ExplainRequest, Heatmap, JobId } from "../../bridge/contract.ts";
import { methodById } from "../method-options.ts";

const patches = 14;
const pixels = 224;

type Options = Readonly<Record<string, string | number | readonly number[] | undefined>>;

/** A map as the engine would give it for this request. */
export function playedHeatmap(job: JobId, { method, options, target }: ExplainRequest): Heatmap {
  const { resolution, signed, classSpecific } = methodById(method);
  const side = resolution === "pixels" ? pixels : patches;
  const index = classSpecific && target?.kind === "class" ? target.index : 243;
  const values = playedMap(side, index, options as Options, signed);
  const figures =
    method === "integrated-gradients"
      ? [{ label: "Completeness error", value: 0.0021, help: "What the sum of the map misses of the score." }]
      : [];
  return { job, values, grid: { rows: side, columns: side }, figures, milliseconds: 0.4 };
}

/** Two bumps on a floor; more discard means less floor, another class another place. */
function playedMap(
  side: number,
  index: number,
  { discardRatio = 0.9, startLayer = 0 }: Options,
  signed: boolean,
): Float32Array<ArrayBuffer> {
  const isCat = index >= 280 && index <= 290;
  return Float32Array.from({ length: side * side }, (_, cell) => {
    const x = (cell % side) / side;
    const y = Math.floor(cell / side) / side;
    const bump = (cx: number, cy: number, width: number): number =>
      Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / width);
    const first = bump(0.35, 0.3, 0.02) * (isCat ? 0.4 : 1);
    const second = bump(0.7, 0.6, 0.03 + 0.002 * Number(startLayer)) * (isCat ? 1 : signed ? -0.5 : 0.6);
    const grain = side === pixels ? 0.4 * Math.sin(91.7 * cell) * Math.abs(first + second) : 0;
    const floor = signed ? 0 : 0.5 * (1 - Number(discardRatio)) + 0.05 * Math.abs(Math.sin(37 * cell));
    const value = 0.004 * (first + second + grain + floor);
    return signed ? value : Math.max(0, value);
  });
}
