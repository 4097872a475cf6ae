// A link that lacks a file: which one, why, and the way to give it.
import { Button, FileTrigger } from "react-aria-components";
import { useApp, useAppParts, useAppStore } from "../../app-context.ts";
import { fill } from "../../fill.ts";
import { awaitedModel, awaitedPicture } from "../../state/link-state.ts";
import { strings } from "../../strings.ts";
import { acceptedFiles } from "../pictures/accepted-files.ts";
import "./awaited.css";

const words = strings.share;

/** Stands where the picture will be. */
export function AwaitedPicture() {
  const awaited = useAppParts((state) => ({ ...awaitedPicture(state) }));
  const { title = "", sha256 = "" } = awaited;
  return (
    <div className="invitation awaited">
      <h2>{fill(words.awaitedPicture, { title })}</h2>
      <p className="muted">{fill(words.awaitedPictureDetail, { fingerprint: `${sha256.slice(0, 8)}…` })}</p>
      <Ways />
    </div>
  );
}

/** Stands above the page while something else is shown in the place of what the link is about. */
export function AwaitedNote() {
  const { title, otherFile } = useAppParts((state) => {
    const picture = state.shown === null ? null : awaitedPicture(state);
    return { title: picture?.title ?? null, otherFile: picture?.otherFile ?? null };
  });
  const model = useApp((state) => awaitedModel(state)?.name ?? null);
  if (title === null && model === null) return null;
  return (
    <div className="notice awaited-note" role="status">
      <div>
        {title !== null && <p>{`${fill(words.awaitedPicture, { title })}.`}</p>}
        {otherFile !== null && <p>{fill(words.otherFile, { other: otherFile })}</p>}
        {model !== null && (
          <p>
            {fill(words.awaitedModel, { name: model })} {words.awaitedModelDetail}
          </p>
        )}
      </div>
      <Ways />
    </div>
  );
}

function Ways() {
  const store = useAppStore();
  return (
    <div className="awaited-ways">
      <FileTrigger
        acceptedFileTypes={acceptedFiles}
        allowsMultiple
        onSelect={(files) => void store.getState().openFiles([...(files ?? [])])}
      >
        <Button className="button button-primary">{words.chooseFile}</Button>
      </FileTrigger>
      <Button className="button" onPress={() => void store.getState().forgetLink()}>
        {words.forget}
      </Button>
    </div>
  );
}
