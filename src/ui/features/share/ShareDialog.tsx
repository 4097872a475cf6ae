// The link to the view, what it holds, the same inside another page, and the session as a file.
import { useApp } from "../../app-context.ts";
import { DialogFrame } from "../../components/DialogFrame.tsx";
import { strings } from "../../strings.ts";
import { currentView } from "../../url/current-view.ts";
import type { View } from "../../url/view.ts";
import { encodeView } from "../../url.ts";
import { linkTo } from "../export/export-source.ts";
import { CopyText } from "./CopyText.tsx";
import { describeView } from "./describe-view.ts";
import { PictureCopy, useSmallCopy } from "./PictureCopy.tsx";
import { SessionPart } from "./SessionPart.tsx";
import "./share.css";
import { fill } from "../../fill.ts";

export function ShareDialog({ onClose }: { readonly onClose: () => void }) {
  const state = useApp((whole) => whole);
  const copy = useSmallCopy();
  const view = withCopy(currentView(state), copy.bytes);
  return (
    <DialogFrame title={strings.share.title} close={strings.share.close} onClose={onClose}>
      {view === null ? (
        <p className="dialog-section muted">{strings.share.nothing}</p>
      ) : (
        <>
          <section className="dialog-section" aria-label={strings.share.link}>
            <CopyText
              label={strings.share.link}
              text={linkTo(encodeView(view))}
              copyLabel={strings.share.copy}
              isPrimary
            />
            <LinkLength view={view} />
            {view.picture?.kind !== "sample" && <PictureCopy copy={copy} />}
            <Contents view={view} />
            <p className="muted">{strings.share.privacy}</p>
          </section>
          <section className="dialog-section" aria-label={strings.share.embed}>
            <CopyText
              label={strings.share.embed}
              text={snippetOf(linkTo(encodeView(view)))}
              copyLabel={strings.share.copySnippet}
              help={strings.share.embedHelp}
            />
          </section>
        </>
      )}
      <SessionPart onClose={onClose} />
    </DialogFrame>
  );
}

/** Longer links are cut by some programs. */
const safeLength = 8000;

function LinkLength({ view }: { readonly view: View }) {
  const count = linkTo(encodeView(view)).length;
  return (
    <p className="muted">
      <span className="number" data-testid="link-length">
        {fill(strings.share.length, { count })}
      </span>
      {count > safeLength && ` ${strings.share.tooLong}`}
    </p>
  );
}

function Contents({ view }: { readonly view: View }) {
  const rows = useApp((state) => JSON.stringify(describeView(view, state)));
  return (
    <div>
      <h3>{strings.share.contains}</h3>
      <dl className="share-contents">
        {(JSON.parse(rows) as ReturnType<typeof describeView>).map(([name, value]) => (
          <div key={name}>
            <dt className="muted">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** The view with a small copy in place of a file's name. */
function withCopy(view: View | null, bytes: Uint8Array<ArrayBuffer> | null): View | null {
  if (view === null || view.picture === null || view.picture.kind === "sample" || bytes === null) return view;
  return { ...view, picture: { kind: "embedded", title: view.picture.title, bytes } };
}

/** For the page of somebody else; what is in the link stands in the frame's own address and goes nowhere else. */
function snippetOf(link: string): string {
  const source = link.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<iframe src="${source}" title="${strings.name}" width="100%" height="720" style="border:0" loading="lazy" allow="clipboard-write; fullscreen"></iframe>`;
}
