// The thin line and the sentence while something runs; both come late, so that quick steps do not flicker.
import { Button } from "react-aria-components";
import { useApp, useAppStore } from "../../app-context.ts";
import { ProgressLine } from "../../components/ProgressLine.tsx";
import { describeProgress } from "../../progress.ts";
import { cancelActivity, selectActivity } from "../../state/selectors.ts";
import { strings } from "../../strings.ts";

export function Activity() {
  const store = useAppStore();
  const task = useApp(selectActivity);
  // Starting the runtime is one call that belongs to no job, so it cannot be given up.
  const canCancel = useApp((state) => state.runtime.status !== "running");
  if (task === null) return null;
  return (
    <div className="activity">
      <ProgressLine task={task} />
      <div className="activity-words">
        <p className="number">{describeProgress(task, performance.now())}</p>
        {canCancel && (
          <Button className="button" onPress={() => cancelActivity(store.getState())}>
            {strings.progress.cancel}
          </Button>
        )}
      </div>
    </div>
  );
}
