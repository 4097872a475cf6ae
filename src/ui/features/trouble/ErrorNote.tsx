// What happened, what to do next, and the facts to copy; never a stack trace.
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components";
import type { XaiError } from "../../../core/errors.ts";
import { useAppStore } from "../../app-context.ts";
import { describeError } from "../../describe-error.ts";
import { diagnostics } from "../../diagnostics.ts";
import { strings } from "../../strings.ts";
import "./error-note.css";

interface ErrorNoteProps {
  readonly error: XaiError;
  /** What the error is about, such as a file's name. */
  readonly subject?: string | null;
  /** Absent where trying again makes no sense here. */
  readonly onRetry?: () => void;
  readonly onDismiss?: () => void;
  /** More to do, beside the buttons. */
  readonly children?: ReactNode;
}

export function ErrorNote({ error, subject, onRetry, onDismiss, children }: ErrorNoteProps) {
  const { what, remedy, retry } = describeError(error);
  const cancelled = error.code === "job/cancelled";
  return (
    <div className="error-note" role={cancelled ? "status" : "alert"}>
      <p>
        {subject && <b>{subject} </b>}
        <span className={cancelled ? undefined : "error-what"}>{what}</span> {remedy}
      </p>
      <div className="error-actions">
        {retry && onRetry && (
          <Button className="button" onPress={onRetry}>
            {strings.trouble.retry}
          </Button>
        )}
        {children}
        {!cancelled && <CopyDiagnostics error={error} />}
        {onDismiss && (
          <Button className="button button-plain" onPress={onDismiss}>
            {strings.trouble.dismiss}
          </Button>
        )}
      </div>
    </div>
  );
}

export function CopyDiagnostics({ error }: { readonly error: XaiError }) {
  const store = useAppStore();
  const [copied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(diagnostics(error, store.getState(), navigator.userAgent));
    setCopied(true);
  }
  return (
    <Button className="button button-plain" onPress={() => void copy()}>
      {copied ? strings.trouble.copied : strings.trouble.copy}
    </Button>
  );
}
