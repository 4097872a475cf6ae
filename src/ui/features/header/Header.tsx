// The top line: name, model in use, backend, how long each stage took, and what leaves the page.
import type { ClassifierInfo } from "../../../bridge/contract.ts";
import { models } from "../../../core/models/registry.ts";
import { useApp, useAppParts } from "../../app-context.ts";
import { type SelectChoice, SelectField } from "../../components/SelectField.tsx";
import { fill } from "../../fill.ts";
import { formatBytes } from "../../format.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import { ExportButton } from "../export/ExportButton.tsx";
import { ShareButton } from "../share/ShareButton.tsx";
import { BackendPicker } from "./BackendPicker.tsx";
import "./header.css";
import { Timings } from "./Timings.tsx";

export function Header() {
  return (
    <header className="header">
      <h1 className="brand" title={strings.tagline}>
        {strings.name}
      </h1>
      <ModelPicker />
      <BackendPicker />
      <Timings />
      <div className="header-actions">
        <ExportButton />
        <ShareButton />
      </div>
    </header>
  );
}

const ownModel = "own";

function ModelPicker() {
  const { model, openModel } = useAppParts(({ model, openModel }) => ({ model, openModel }));
  const info = useApp((state) => resultOf(state.classifier));
  const choices: SelectChoice<string>[] = models
    .filter(({ task }) => task === "classification")
    .map(({ id, label }) => ({ value: id, label }));
  if (model.kind === "own") choices.push({ value: ownModel, label: strings.header.ownModel });
  return (
    <div className="header-field">
      <SelectField
        label={strings.header.model}
        choices={choices}
        value={model.kind === "own" ? ownModel : model.id}
        onChange={(id) => {
          if (id !== ownModel) void openModel({ kind: "registered", id });
        }}
        {...(info && { shownValue: info.label })}
      />
      <span className="header-note number">{info !== null && describeOrigin(info)}</span>
    </div>
  );
}

/** `23.1 MB from the mirror`. */
function describeOrigin({ origin }: ClassifierInfo): string {
  return fill(strings.header.origin, {
    size: formatBytes(origin.bytes),
    source: strings.sources[origin.source],
  });
}
