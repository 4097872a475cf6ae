// What the models run on, and the choice of it.
import type { BackendChoice, RuntimeInfo } from "../../../bridge/contract.ts";
import { useAppParts } from "../../app-context.ts";
import { SelectField } from "../../components/SelectField.tsx";
import { fill } from "../../fill.ts";
import type { Task } from "../../state/task.ts";
import { strings } from "../../strings.ts";

const backends = ["auto", "wasm", "webgpu"] as const satisfies readonly BackendChoice[];

export function BackendPicker() {
  const { backend, runtime, chooseBackend } = useAppParts(({ backend, runtime, chooseBackend }) => ({
    backend,
    runtime,
    chooseBackend,
  }));
  return (
    <div className="header-field">
      <SelectField
        label={strings.header.backend}
        choices={backends.map((value) => ({ value, ...strings.backends[value] }))}
        value={backend}
        onChange={(choice) => void chooseBackend(choice)}
        shownValue={describeRuntime(runtime)}
      />
    </div>
  );
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
