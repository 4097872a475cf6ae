// What the model takes the picture for, and which class the map is asked about.
import { useMemo } from "react";
import type { Classification, ClassifierInfo } from "../../../bridge/contract.ts";
import { useApp, useAppParts } from "../../app-context.ts";
import { type ListedClass, probabilitiesOf } from "../../class-probabilities.ts";
import { HelpTip } from "../../components/HelpTip.tsx";
import { fill } from "../../fill.ts";
import { dependsOnClass } from "../../map-wish.ts";
import { methodById } from "../../method-options.ts";
import type { Selection } from "../../state/selection.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import { ClassRow } from "./ClassRow.tsx";
import { ClassSearch } from "./ClassSearch.tsx";
import "./classes.css";
import { Contrast } from "./Contrast.tsx";
import { VectorTarget } from "./VectorTarget.tsx";

export function Classes() {
  const classification = useApp((state) => state.shown?.classification ?? null);
  const model = useApp((state) => resultOf(state.classifier));
  const { title, help, waiting } = strings.classes;
  return (
    <section className="panel" aria-label={title}>
      <div className="panel-head">
        <h2>{title}</h2>
        {model !== null && (
          <HelpTip
            label={fill(strings.method.about, { label: title })}
            help={fill(help, { count: model.classes })}
          />
        )}
      </div>
      {classification === null ? (
        <p className="muted classes-room">{waiting}</p>
      ) : (
        <Picker classification={classification} model={model} />
      )}
    </section>
  );
}

interface PickerProps {
  readonly classification: Classification;
  /** `null` while another model is being loaded. */
  readonly model: ClassifierInfo | null;
}

function Picker({ classification, model }: PickerProps) {
  const chosen = useAppParts(({ selection: { target, pins } }) => ({ target, pins }));
  const probabilities = useMemo(() => probabilitiesOf(classification), [classification]);
  const { top } = classification;
  const others = othersOf(chosen, top, model, probabilities);
  return (
    <>
      <ClassList classes={top} label={strings.classes.title} />
      {others.length > 0 && <ClassList classes={others} label={strings.classes.others} />}
      {model !== null && <ClassSearch model={model} probabilities={probabilities} />}
      {model !== null && <Contrast model={model} />}
      {model !== null && <VectorTarget model={model} output={classification.logits} />}
      <AgnosticNote />
    </>
  );
}

function ClassList({ classes, label }: { readonly classes: readonly ListedClass[]; readonly label: string }) {
  return (
    <ol className="classes" aria-label={label}>
      {classes.map((listed, place) => (
        <ClassRow key={listed.index} listed={listed} isFirst={place === 0} />
      ))}
    </ol>
  );
}

/** Says that another class changes nothing, once a class was chosen. */
function AgnosticNote() {
  const isChosen = useApp(({ selection }) => selection.target.kind !== "top");
  const method = useApp((state) => state.selection.method);
  const isAgnostic = !dependsOnClass({ method });
  return (
    <p role="status" className="agnostic-note" hidden={!(isChosen && isAgnostic)}>
      {isChosen && isAgnostic && fill(strings.classes.agnostic, { method: methodById(method).label })}
    </p>
  );
}

/** Chosen and pinned classes that are not among the most probable, in this order, each once. */
function othersOf(
  { target, pins }: Pick<Selection, "target" | "pins">,
  top: readonly ListedClass[],
  model: ClassifierInfo | null,
  probabilities: Float64Array,
): readonly ListedClass[] {
  const chosen = [target.kind === "class" ? target.index : null, pins.a, pins.b];
  const indices = new Set(chosen.filter((index) => index !== null));
  return [...indices]
    .filter((index) => model !== null && top.every((listed) => listed.index !== index))
    .map((index) => ({
      index,
      label: model?.labels[index] ?? String(index),
      probability: probabilities[index] ?? 0,
    }));
}
