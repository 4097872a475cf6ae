// What the models run on, and the choice of it.
import type { BackendChoice, RuntimeInfo } from "../../../bridge/contract.ts";
import { useAppParts } from "../../app-context.ts";
import { HelpTip } from "../../components/HelpTip.tsx";
import { SelectField } from "../../components/SelectField.tsx";
import { fill } from "../../fill.ts";
import { resultOf, type Task } from "../../state/task.ts";
import { strings } from "../../strings.ts";

const backends = ["auto", "wasm", "webgpu"] as const satisfies readonly BackendChoice[];

export function BackendPicker() {
  const { backend, runtime, chooseBackend } = useAppParts(({ backend, runtime, chooseBackend }) => ({
    backend,
    runtime,
    chooseBackend,
  }));
  const note = describeNote(resultOf(runtime));
  return (
    <div className="header-field backend-field">
      <SelectField
        label={strings.header.backend}
        choices={backends.map((value) => ({ value, ...strings.backends[value] }))}
        value={backend}
        onChange={(choice) => void chooseBackend(choice)}
        shownValue={describeRuntime(runtime)}
      />
      {note !== null && <HelpTip label={strings.header.whyBackend} help={note} />}
    </div>
  );
}

/** Why it is this backend, and why on so few threads. */
function describeNote(info: RuntimeInfo | null): string | null {
  if (info === null || info.backend === "webgpu") return null;
  const notes = [info.note ?? "", info.crossOriginIsolated ? "" : strings.notices.singleThread];
  return notes.filter((text) => text !== "").join(" ") || null;
}

function describeRuntime(runtime: Task<RuntimeInfo>): string {
  if (runtime.status === "failed") return strings.header.backendFailed;
  if (runtime.status !== "done") return strings.header.backendStarting;
  const info = runtime.result;
  if (info.backend === "webgpu") return fill(strings.header.webgpu, { adapter: info.adapter });
  return info.threads === 1
    ? strings.header.wasmSingle
    : fill(strings.header.wasm, { threads: info.threads });
}
