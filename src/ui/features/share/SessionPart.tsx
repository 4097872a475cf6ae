// The session as a file: picture, settings and map, to be opened again here or elsewhere.
import { useState } from "react";
import { Button, FileTrigger } from "react-aria-components";
import { toXaiError, type XaiError } from "../../../core/errors.ts";
import { useApp, useAppStore } from "../../app-context.ts";
import { saveFile } from "../../components/save-file.ts";
import { strings } from "../../strings.ts";
import { ErrorNote } from "../trouble/ErrorNote.tsx";
import { sessionOf } from "./session-of.ts";

export function SessionPart({ onClose }: { readonly onClose: () => void }) {
  const store = useAppStore();
  const openSession = useApp((state) => state.openSession);
  const hasPicture = useApp(({ shown }) => shown !== null);
  const [error, setError] = useState<XaiError | null>(null);

  async function save(): Promise<void> {
    try {
      const file = await sessionOf(store.getState);
      if (file !== null) saveFile(file);
      setError(null);
    } catch (thrown) {
      setError(toXaiError(thrown));
    }
  }

  return (
    <section className="dialog-section" aria-label={strings.share.session}>
      <h3 className="share-heading">{strings.share.session}</h3>
      <p className="muted">{strings.share.sessionHelp}</p>
      <div className="dialog-buttons">
        <Button className="button" isDisabled={!hasPicture} onPress={() => void save()}>
          {strings.share.saveSession}
        </Button>
        <FileTrigger
          acceptedFileTypes={[".zip"]}
          onSelect={(files) => {
            const file = files?.[0];
            if (file === undefined) return;
            onClose();
            void openSession(file);
          }}
        >
          <Button className="button">{strings.share.openSession}</Button>
        </FileTrigger>
      </div>
      {error !== null && <ErrorNote error={error} />}
    </section>
  );
}
