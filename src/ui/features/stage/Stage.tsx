// The lightbox: the picture as large as fits, the map over it, and what is going on.

import type { ReactNode } from "react";
import { Button, FileTrigger } from "react-aria-components";
import { useApp, useAppParts, useAppStore } from "../../app-context.ts";
import type { AppState } from "../../state/app-state.ts";
import { awaitedPicture } from "../../state/link-state.ts";
import { isModelMissing, selectActivity, selectFailure } from "../../state/selectors.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import { acceptedFiles } from "../pictures/accepted-files.ts";
import { AwaitedPicture } from "../share/Awaited.tsx";
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
  const content = useApp(selectContent);
  // Words take the room they need; everything else takes the picture's from the beginning, so that nothing moves.
  const isWords = content === "missing-model" || content === "invitation" || content === "awaited";
  return (
    <section className="stage" aria-label={strings.stage.title}>
      {!isWords && <StageBar>{choices}</StageBar>}
      <div className="viewport" data-vacant={isWords || undefined}>
        {content === "picture" && <Lightbox />}
        {content === "preview" && <Preview />}
        {content === "missing-model" && <Missing />}
        {content === "invitation" && <Invitation />}
        {content === "awaited" && <AwaitedPicture />}
        <Activity />
        <StageTrouble />
      </div>
      {!isWords && children}
    </section>
  );
}

/** What stands where the picture is, or will be. */
type Content = "picture" | "preview" | "missing-model" | "invitation" | "awaited" | "nothing";

function selectContent(state: AppState): Content {
  const { shown, picture, gallery } = state;
  if (shown !== null) return "picture";
  const failure = selectFailure(state);
  if (failure !== null && isModelMissing(failure)) return "missing-model";
  if (picture !== null && selectActivity(state) !== null) return "preview";
  if (picture === null && awaitedPicture(state) !== null) return "awaited";
  // The first sample is about to come: an invitation would only flash.
  const isComing = gallery.status !== "failed" && resultOf(gallery)?.length !== 0;
  return isComing && picture === null && failure === null ? "nothing" : "invitation";
}

function Missing() {
  const failure = useApp(selectFailure);
  return failure && <MissingModel error={failure} />;
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
