// Where pictures come from: samples, the user's own, and those of this session.

import { Button, FileTrigger } from "react-aria-components";
import { useApp, useAppParts, useAppStore } from "../../app-context.ts";
import { PixelCanvas } from "../../components/Canvas.tsx";
import { WithHelp } from "../../components/HelpTip.tsx";
import { fill } from "../../fill.ts";
import { strings } from "../../strings.ts";
import { acceptedFiles } from "./accepted-files.ts";
import { pasteFromClipboard } from "./clipboard.ts";
import "./pictures.css";

export function Pictures() {
  return (
    <section className="pictures" aria-label={strings.pictures.title}>
      <OpenButtons />
      <Samples />
      <Recent />
    </section>
  );
}

function OpenButtons() {
  const store = useAppStore();
  return (
    <div className="open">
      <div className="open-buttons">
        <FileTrigger
          acceptedFileTypes={acceptedFiles}
          allowsMultiple
          onSelect={(files) => void store.getState().openFiles([...(files ?? [])])}
        >
          <Button className="button">{strings.pictures.choose}</Button>
        </FileTrigger>
        <Button className="button" onPress={() => void pasteFromClipboard(store)}>
          {strings.pictures.paste}
        </Button>
      </div>
      <p className="muted">{strings.pictures.dropHint}</p>
    </div>
  );
}

function Samples() {
  const { gallery, picture, openSample } = useAppParts(({ gallery, picture, openSample }) => ({
    gallery,
    picture,
    openSample,
  }));
  if (gallery.status === "idle" || gallery.status === "running") return null;
  return (
    <div>
      <h2>{strings.pictures.samples}</h2>
      {gallery.status === "failed" && <p className="muted">{strings.pictures.samplesFailed}</p>}
      {gallery.status === "done" && gallery.result.length === 0 && (
        <p className="muted">{strings.pictures.noSamples}</p>
      )}
      <ul className="thumbnails">
        {gallery.status === "done" &&
          gallery.result.map((sample) => (
            <li key={sample.id}>
              <WithHelp help={`${sample.title}. ${sample.credit}`}>
                <Button
                  className="thumbnail"
                  aria-label={sample.title}
                  aria-pressed={picture?.sample === sample.id}
                  onPress={() => void openSample(sample)}
                >
                  <img src={`samples/${sample.file}`} alt="" loading="lazy" decoding="async" />
                </Button>
              </WithHelp>
            </li>
          ))}
      </ul>
    </div>
  );
}

function Recent() {
  const history = useApp((state) => state.history);
  const { shown, reopenPicture } = useAppParts(({ shown, reopenPicture }) => ({ shown, reopenPicture }));
  if (history.length < 2) return null;
  return (
    <div>
      <h2>{strings.pictures.recent}</h2>
      <ul className="thumbnails">
        {history.map(({ picture, thumbnail }) => (
          <li key={picture.id}>
            <WithHelp help={picture.title}>
              <Button
                className="thumbnail"
                aria-label={fill(strings.pictures.reopen, { title: picture.title })}
                aria-pressed={shown?.picture.id === picture.id}
                onPress={() => void reopenPicture(picture)}
              >
                <PixelCanvas image={thumbnail} />
              </Button>
            </WithHelp>
          </li>
        ))}
      </ul>
    </div>
  );
}
