// The lightbox: the picture as large as fits, the map over it, and what is going on.

import type { ReactNode } from "react";
import { Button, FileTrigger } from "react-aria-components";
import { useApp, useAppParts, useAppStore } from "../../app-context.ts";
import { isModelMissing, selectActivity, selectFailure } from "../../state/selectors.ts";
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
      <div className="viewport">
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
  if (failure !== null && isModelMissing(failure)) return <MissingModel error={failure} />;
  if (waits && isBusy) return <p className="muted">{strings.stage.loading}</p>;
  return <Invitation />;
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
