// What went wrong on the way to a map, below the picture that stays.

import { Button } from "react-aria-components";
import { classifierById } from "../../../core/models/registry.ts";
import { useApp, useAppParts, useAppStore } from "../../app-context.ts";
import { fill } from "../../fill.ts";
import { defaultClassifier } from "../../state/default-models.ts";
import { isModelMissing, retry, selectFailure, withoutFailure } from "../../state/selectors.ts";
import { strings } from "../../strings.ts";
import { ErrorNote } from "../trouble/ErrorNote.tsx";

export function StageTrouble() {
  const store = useAppStore();
  const failure = useApp(selectFailure);
  const { hasPicture, isOwnModel, modelWorks, refusedTitle } = useAppParts((state) => ({
    hasPicture: state.shown !== null,
    isOwnModel: state.model.kind === "own",
    refusedTitle: state.refusedTitle,
    modelWorks: state.runtime.status === "done" && state.classifier.status === "done",
  }));
  if (failure === null || (!hasPicture && isModelMissing(failure))) return null;
  return (
    <div className="stage-trouble">
      <ErrorNote
        error={failure}
        subject={refusedTitle}
        onRetry={() => void retry(store.getState())}
        {...(modelWorks && { onDismiss: () => store.setState(withoutFailure) })}
      >
        {isOwnModel && !modelWorks && <BackToDefault />}
      </ErrorNote>
    </div>
  );
}

function BackToDefault() {
  const openModel = useApp((state) => state.openModel);
  return (
    <Button className="button" onPress={() => void openModel({ kind: "registered", id: defaultClassifier })}>
      {fill(strings.trouble.useDefault, { label: classifierById(defaultClassifier).label })}
    </Button>
  );
}
