// Whether the link holds a small copy of the visitor's own picture, and how large.
import { useRef, useState } from "react";
import { toXaiError, type XaiError } from "../../../core/errors.ts";
import { useAppStore } from "../../app-context.ts";
import { ChoiceField } from "../../components/ChoiceField.tsx";
import { SwitchField } from "../../components/SwitchField.tsx";
import { fill } from "../../fill.ts";
import { formatBytes } from "../../format.ts";
import { strings } from "../../strings.ts";
import { ErrorNote } from "../trouble/ErrorNote.tsx";
import { type SmallCopy, shrinkPicture } from "./shrink-picture.ts";

const sides = ["256", "384", "512"] as const;
type Side = (typeof sides)[number];

/** What the person chose, and the copy once it is made. */
export interface CopyChoice {
  readonly side: Side | null;
  readonly made: SmallCopy | null;
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  readonly error: XaiError | null;
  /** `null` for no copy. */
  choose(side: Side | null): void;
}

export function useSmallCopy(): CopyChoice {
  const store = useAppStore();
  const [side, setSide] = useState<Side | null>(null);
  const [made, setMade] = useState<SmallCopy | null>(null);
  const [error, setError] = useState<XaiError | null>(null);
  const newest = useRef<Side | null>(null);

  async function make(wanted: Side): Promise<void> {
    const picture = store.getState().picture;
    if (picture === null) return;
    try {
      const copy = await shrinkPicture(picture.blob, Number(wanted));
      // A size that was chosen later may be made sooner.
      if (newest.current === wanted) setMade(copy);
    } catch (thrown) {
      setError(toXaiError(thrown));
    }
  }

  return {
    side,
    made,
    bytes: side === null ? null : (made?.bytes ?? null),
    error,
    choose(wanted) {
      newest.current = wanted;
      setSide(wanted);
      setError(null);
      if (wanted === null) setMade(null);
      else void make(wanted);
    },
  };
}

export function PictureCopy({ copy }: { readonly copy: CopyChoice }) {
  const { side, made, error } = copy;
  return (
    <div className="picture-copy">
      <SwitchField
        label={strings.share.include}
        help={strings.share.includeTip}
        isOn={side !== null}
        onChange={(isOn) => copy.choose(isOn ? "384" : null)}
      />
      <p className="muted">{strings.share.includeHelp}</p>
      {side !== null && (
        <div className="picture-copy-choice">
          {made === null ? (
            <p className="muted">{strings.share.preparing}</p>
          ) : (
            <img src={made.preview} alt={strings.share.copyPreview} />
          )}
          <div>
            <ChoiceField
              label={strings.share.copySize}
              choices={sides.map((value) => ({ value, ...strings.share.copySizes[value] }))}
              value={side}
              onChange={copy.choose}
            />
            <p className="number" data-testid="copy-size">
              {made !== null &&
                fill(strings.share.copyIs, {
                  width: made.width,
                  height: made.height,
                  size: formatBytes(made.bytes.length),
                })}
            </p>
            <p className="muted">{strings.share.copyNote}</p>
          </div>
        </div>
      )}
      {error !== null && <ErrorNote error={error} />}
    </div>
  );
}
