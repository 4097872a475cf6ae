// The lightbox: the picture as large as fits, the map over it, and what is going on.

import type { ReactNode } from "react";
import { Button, FileTrigger } from "react-aria-components";
import { useApp, useAppParts, useAppStore } from "../../app-context.ts";
import { isModelMissing, selectActivity, selectFailure } from "../../state/selectors.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import { acceptedFiles } from "../pictures/accepted-files.ts";
import { MissingModel } from "../trouble/MissingModel.tsx";
import { Activity } from "./Activity.tsx";
import { Lightbox } from "./Lightbox.tsx";
import { StageBar } from "./StageBar.tsx";
import { StageTrouble } from "./StageTrouble.tsx";
import "./stage.css";

interface StageProps {
  /** Beside the title. */
  readonly choices?: ReactNode;
  /** Below the picture. */
  readonly children?: ReactNode;
}

export function Stage({ choices, children }: StageProps) {
  const hasPicture = useApp((state) => state.shown !== null);
  return (
    <section className="stage" aria-label={strings.stage.title}>
      {hasPicture && <StageBar>{choices}</StageBar>}
      <div className="viewport" data-vacant={!hasPicture || undefined}>
        {hasPicture ? <Lightbox /> : <Vacancy />}
        <Activity />
        <StageTrouble />
      </div>
      {hasPicture && children}
    </section>
  );
}

/** What stands where the picture will be. */
function Vacancy() {
  const failure = useApp(selectFailure);
  const isBusy = useApp((state) => selectActivity(state) !== null);
  const waits = useApp((state) => state.picture !== null);
  const isListing = useApp(({ gallery }) => gallery.status === "idle" || gallery.status === "running");
  if (failure !== null && isModelMissing(failure)) return <MissingModel error={failure} />;
  if (waits && isBusy) return <Preview />;
  // The first sample is about to come: an invitation would only flash.
  return isListing && failure === null ? null : <Invitation />;
}

/** A sample while it waits for the model; other files are not shown before the engine has looked at them. */
function Preview() {
  const sample = useApp(({ picture, gallery }) =>
    resultOf(gallery)?.find(({ id }) => id === picture?.sample),
  );
  if (sample === undefined) return <p className="muted">{strings.stage.loading}</p>;
  return <img className="preview" src={`samples/${sample.file}`} alt={sample.title} />;
}

function Invitation() {
  const store = useAppStore();
  const { openFiles } = useAppParts(() => ({ openFiles: store.getState().openFiles }));
  return (
    <div className="invitation">
      <h2>{strings.stage.empty}</h2>
      <p className="muted">{strings.stage.emptyDetail}</p>
      <FileTrigger
        acceptedFileTypes={acceptedFiles}
        allowsMultiple
        onSelect={(files) => void openFiles([...(files ?? [])])}
      >
        <Button className="button button-primary">{strings.stage.choose}</Button>
      </FileTrigger>
    </div>
  );
}
