// Opens the export dialog, which is loaded when it is first wanted.
import { lazy, Suspense, useState } from "react";
import { Button } from "react-aria-components";
import { strings } from "../../strings.ts";

const ExportDialog = lazy(async () => {
  const { ExportDialog } = await import("./ExportDialog.tsx");
  return { default: ExportDialog };
});

export function ExportButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button className="button" aria-haspopup="dialog" onPress={() => setOpen(true)}>
        {strings.export.open}
      </Button>
      {isOpen && (
        <Suspense>
          <ExportDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
