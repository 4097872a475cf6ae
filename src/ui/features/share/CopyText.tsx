// A text to be copied: in a field that can be selected, with a button that does it.
import { useState } from "react";
import { Button, Input, Label, TextField } from "react-aria-components";
import { strings } from "../../strings.ts";

interface CopyTextProps {
  readonly label: string;
  readonly text: string;
  readonly copyLabel: string;
  readonly help?: string;
  readonly isPrimary?: boolean;
}

export function CopyText({ label, text, copyLabel, help, isPrimary = false }: CopyTextProps) {
  const [copied, setCopied] = useState<string | null>(null);
  const [isRefused, setRefused] = useState(false);
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setRefused(false);
      setCopied(text);
    } catch {
      setRefused(true);
    }
  }
  return (
    <div className="copy-text">
      <TextField value={text} isReadOnly>
        <Label className="field-head share-heading">{label}</Label>
        {help !== undefined && <p className="muted">{help}</p>}
        <Input className="dialog-text dialog-code" onFocus={(event) => event.currentTarget.select()} />
      </TextField>
      <Button className={isPrimary ? "button button-primary" : "button"} onPress={() => void copy()}>
        {copied === text ? strings.share.copied : copyLabel}
      </Button>
      <p className="copy-refused" role="status">
        {isRefused && strings.share.copyFailed}
      </p>
    </div>
  );
}
