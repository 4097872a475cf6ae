// Explanations on hover, focus and tap: a term that explains itself, and a small "i" beside a label.
import { type ReactNode, useState } from "react";
import { Button, Tooltip, TooltipTrigger } from "react-aria-components";
import "./help-tip.css";

/** Shows `help` beside its only child, a focusable element. */
export function WithHelp({ help, children }: { readonly help: ReactNode; readonly children: ReactNode }) {
  return (
    <TooltipTrigger delay={400} closeDelay={100}>
      {children}
      <Tooltip className="tip" offset={6}>
        {help}
      </Tooltip>
    </TooltipTrigger>
  );
}

/** A word that tells how it is meant. */
export function Term({ children, help }: { readonly children: ReactNode; readonly help: ReactNode }) {
  return (
    <Explainer className="term" help={help}>
      {children}
    </Explainer>
  );
}

/** The "i" beside a label. */
export function HelpTip({ label, help }: { readonly label: string; readonly help: ReactNode }) {
  return (
    <Explainer className="help-tip" label={label} help={help}>
      i
    </Explainer>
  );
}

interface ExplainerProps {
  readonly className: string;
  readonly label?: string;
  readonly help: ReactNode;
  readonly children: ReactNode;
}

/** A button that does nothing but explain; a tap opens it too, as fingers cannot hover. */
function Explainer({ className, label, help, children }: ExplainerProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <TooltipTrigger
      delay={200}
      closeDelay={100}
      shouldCloseOnPress={false}
      isOpen={isOpen}
      onOpenChange={setOpen}
    >
      <Button className={className} onPress={() => setOpen(true)} {...(label && { "aria-label": label })}>
        {children}
      </Button>
      <Tooltip className="tip" offset={6}>
        {help}
      </Tooltip>
    </TooltipTrigger>
  );
}
