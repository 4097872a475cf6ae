// A button that opens a dialog, whose code is loaded when it is first wanted.
import { type ComponentType, useState } from "react";
import { Button } from "react-aria-components";
import { useApp } from "../app-context.ts";
import { strings } from "../strings.ts";

interface DialogButtonProps {
  readonly label: string;
  readonly load: () => Promise<DialogComponent>;
}

/** What a dialog must take. */
export type DialogComponent = ComponentType<{ readonly onClose: () => void }>;

export function DialogButton({ label, load }: DialogButtonProps) {
  const notify = useApp((state) => state.notify);
  const [Loaded, setLoaded] = useState<DialogComponent | null>(null);
  const [isOpen, setOpen] = useState(false);
  async function open(): Promise<void> {
    setOpen(true);
    if (Loaded !== null) return;
    try {
      const component = await load();
      setLoaded(() => component);
    } catch {
      // Offline before it was kept, or the host has a newer version by now.
      setOpen(false);
      notify(strings.notices.dialogMissing);
    }
  }
  return (
    <>
      <Button className="button" aria-haspopup="dialog" onPress={() => void open()}>
        {label}
      </Button>
      {isOpen && Loaded !== null && <Loaded onClose={() => setOpen(false)} />}
    </>
  );
}
