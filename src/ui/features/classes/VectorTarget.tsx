// A target of the user's own for models whose output is an embedding: a vector from a file, such as a text's.
import { Button, FileTrigger } from "react-aria-components";
import type { ClassifierInfo } from "../../../bridge/contract.ts";
import { useAppParts } from "../../app-context.ts";
import { cosine } from "../../class-probabilities.ts";
import { Term } from "../../components/HelpTip.tsx";
import { describeError } from "../../describe-error.ts";
import { fill } from "../../fill.ts";
import { formatSigned } from "../../format.ts";
import { namesNoClasses } from "../../model-output.ts";
import { strings } from "../../strings.ts";

interface VectorTargetProps {
  readonly model: ClassifierInfo;
  /** What the model gave for the shown picture, `[C]`. */
  readonly output: Float32Array;
}

export function VectorTarget({ model, output }: VectorTargetProps) {
  const { vector, vectorError, openVector } = useAppParts(({ selection, vectorError, openVector }) => ({
    vector: selection.vector,
    vectorError,
    openVector,
  }));
  if (!namesNoClasses(model)) return null;
  const { unnamed, loadVector } = strings.classes;
  return (
    <div className="vector-target">
      {vector === null && <p className="muted">{fill(unnamed, { count: model.classes })}</p>}
      {vector !== null && <LoadedVector output={output} />}
      <FileTrigger
        acceptedFileTypes={[".json", ".npy"]}
        onSelect={(files) => {
          const file = files?.[0];
          if (file !== undefined) void openVector(file);
        }}
      >
        <Button className="button">{loadVector}</Button>
      </FileTrigger>
      {vectorError !== null && (
        <p role="alert">
          {describeError(vectorError).what} {describeError(vectorError).remedy}
        </p>
      )}
    </div>
  );
}

function LoadedVector({ output }: { readonly output: Float32Array }) {
  const { vector, target, chooseTarget, setVector } = useAppParts(
    ({ selection, chooseTarget, setVector }) => ({
      vector: selection.vector,
      target: selection.target,
      chooseTarget,
      setVector,
    }),
  );
  if (vector === null) return null;
  const { vectorCosine, vectorCosineHelp, removeVector, explainVector } = strings.classes;
  const value = formatSigned(cosine(vector.values, output));
  return (
    <div className="vector">
      <span className="class-label">{vector.name}</span>
      <Term help={vectorCosineHelp}>{fill(vectorCosine, { value })}</Term>
      {target.kind !== "vector" && (
        <Button className="button button-plain" onPress={() => chooseTarget({ kind: "vector" })}>
          {explainVector}
        </Button>
      )}
      <Button
        className="button button-plain"
        aria-label={fill(removeVector, { name: vector.name })}
        onPress={() => setVector(null)}
      >
        ×
      </Button>
    </div>
  );
}
