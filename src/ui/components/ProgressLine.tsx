// A thin line that shows how far a task is, and runs where nobody knows.
import { ProgressBar } from "react-aria-components";
import { progressShare } from "../progress.ts";
import type { Running } from "../state/task.ts";
import { strings } from "../strings.ts";
import "./progress-line.css";

export function ProgressLine({ task, label }: { readonly task: Running; readonly label?: string }) {
  const share = progressShare(task);
  return (
    <ProgressBar
      className="progress-line"
      aria-label={label ?? strings.progress.label}
      isIndeterminate={share === null}
      value={100 * (share ?? 0)}
    >
      {({ percentage }) => (
        <div
          className="progress-done"
          style={share === null ? undefined : { inlineSize: `${percentage ?? 0}%` }}
          data-running={share === null || undefined}
        />
      )}
    </ProgressBar>
  );
}
