// The objects that were found, each with its thumbnail, to count as foreground or not.
import { Button, Checkbox, CheckboxGroup, Label } from "react-aria-components";
import type { DetectedInstance } from "../../../bridge/contract.ts";
import { useApp, useAppParts } from "../../app-context.ts";
import { PixelCanvas } from "../../components/Canvas.tsx";
import { fill } from "../../fill.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import "./instances.css";

export function Instances() {
  const instances = useApp((state) => resultOf(state.segmentation)?.instances);
  const { chosen, chooseInstances } = useAppParts(({ chosen, chooseInstances }) => ({
    chosen,
    chooseInstances,
  }));
  const isAboutShown = useApp((state) => state.segmentedPicture === state.shown?.picture.id);
  if (instances === undefined || instances.length === 0 || !isAboutShown) return null;
  const { foreground } = strings;
  return (
    <CheckboxGroup
      className="instances"
      value={chosen.map(String)}
      onChange={(values) => chooseInstances(values.map(Number))}
    >
      <div className="instances-head">
        <Label>{foreground.instances}</Label>
        <Button
          className="button button-plain"
          onPress={() => chooseInstances(instances.map((_, index) => index))}
        >
          {foreground.all}
        </Button>
        <Button className="button button-plain" onPress={() => chooseInstances([largestOf(instances)])}>
          {foreground.largest}
        </Button>
        <Button className="button button-plain" onPress={() => chooseInstances([])}>
          {foreground.none}
        </Button>
      </div>
      <div className="instance-list">
        {instances.map((instance, index) => (
          <Instance
            // biome-ignore lint/suspicious/noArrayIndexKey: an instance is named by its index.
            key={index}
            index={index}
            instance={instance}
          />
        ))}
      </div>
    </CheckboxGroup>
  );
}

function Instance({ index, instance }: { readonly index: number; readonly instance: DetectedInstance }) {
  const { label, thumbnail } = instance;
  const score = instance.score.toFixed(2);
  return (
    <Checkbox
      className="instance"
      value={String(index)}
      aria-label={fill(strings.foreground.instance, { label, score })}
    >
      <span className="instance-box" aria-hidden="true">
        <svg viewBox="0 0 10 8" aria-hidden="true">
          <path d="M1 4l3 3 5-6" />
        </svg>
      </span>
      <PixelCanvas className="instance-thumbnail" image={thumbnail} aria-hidden="true" />
      <span className="instance-label">{label}</span>
      <span className="number muted">{score}</span>
    </Checkbox>
  );
}

/** Index of the instance with the largest box. */
function largestOf(instances: readonly DetectedInstance[]): number {
  const areas = instances.map(({ box }) => (box.x1 - box.x0) * (box.y1 - box.y0));
  return areas.indexOf(Math.max(...areas));
}
