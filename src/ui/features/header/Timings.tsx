// How long each stage of the shown picture took; a stage that has not run yet says nothing.
import { useApp, useAppParts } from "../../app-context.ts";
import { formatMilliseconds } from "../../format.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";

export function Timings() {
  const { prepared, forward, map } = useAppParts(({ shown }) => ({
    prepared: shown?.prepared.milliseconds,
    forward: shown?.classification?.milliseconds.forward,
    map: shown?.heatmap?.milliseconds,
  }));
  const objects = useApp((state) => resultOf(state.segmentation)?.milliseconds.total);
  const stages = {
    decode: prepared?.decode,
    preprocess: prepared?.preprocess,
    forward,
    map,
    objects,
  } satisfies Record<keyof typeof strings.timings, number | undefined>;
  const names = Object.keys(stages) as (keyof typeof stages)[];
  return (
    <dl className="timings" aria-label={strings.header.timings}>
      {names.map((name) => (
        <div key={name}>
          <dt>{strings.timings[name]}</dt>
          <dd className="number">{stages[name] === undefined ? "–" : formatMilliseconds(stages[name])}</dd>
        </div>
      ))}
    </dl>
  );
}
