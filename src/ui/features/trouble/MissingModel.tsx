// No model could be had: says plainly what is missing and the ways to get it.
import { Button, FileTrigger } from "react-aria-components";
import type { XaiError } from "../../../core/errors.ts";
import { useAppStore } from "../../app-context.ts";
import { describeError } from "../../describe-error.ts";
import { retry } from "../../state/selectors.ts";
import { strings } from "../../strings.ts";
import { CopyDiagnostics } from "./ErrorNote.tsx";
import "./missing-model.css";

export function MissingModel({ error }: { readonly error: XaiError }) {
  const store = useAppStore();
  const { noModelTitle, waysTitle, ways } = strings.trouble;
  return (
    <section className="missing-model" role="alert">
      <h2>{noModelTitle}</h2>
      <p className="muted">{describeError(error).what}</p>
      <h3>{waysTitle}</h3>
      <ol>
        {ways.map(({ text, code }) => (
          <li key={text}>
            {text}
            {code !== "" && <code>{code}</code>}
          </li>
        ))}
      </ol>
      <div className="error-actions">
        <Button className="button button-primary" onPress={() => void retry(store.getState())}>
          {strings.trouble.retry}
        </Button>
        <FileTrigger
          acceptedFileTypes={[".onnx", ".data", ".onnx_data"]}
          allowsMultiple
          onSelect={(files) => void store.getState().openFiles([...(files ?? [])])}
        >
          <Button className="button">{strings.trouble.chooseModel}</Button>
        </FileTrigger>
        <CopyDiagnostics error={error} />
      </div>
    </section>
  );
}
