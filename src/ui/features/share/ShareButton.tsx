// Opens the share dialog, which is loaded when it is first wanted.
import { lazy, Suspense, useState } from "react";
import { Button } from "react-aria-components";
import { strings } from "../../strings.ts";

const ShareDialog = lazy(async () => {
  const { ShareDialog } = await import("./ShareDialog.tsx");
  return { default: ShareDialog };
});

export function ShareButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button className="button" aria-haspopup="dialog" onPress={() => setOpen(true)}>
        {strings.share.open}
      </Button>
      {isOpen && (
        <Suspense>
          <ShareDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
