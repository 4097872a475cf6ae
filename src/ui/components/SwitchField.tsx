// Something that is on or off.
import { Switch } from "react-aria-components";
import "./switch-field.css";
import { WithHelp } from "./HelpTip.tsx";

interface SwitchFieldProps {
  readonly label: string;
  readonly help: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

export function SwitchField({ label, help, isOn, onChange }: SwitchFieldProps) {
  return (
    <WithHelp help={help}>
      <Switch className="switch" isSelected={isOn} onChange={onChange}>
        <span className="switch-track" aria-hidden="true" />
        {label}
      </Switch>
    </WithHelp>
  );
}
