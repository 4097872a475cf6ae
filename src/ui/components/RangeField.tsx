// A labelled slider with its value beside the label.
import type { ReactNode } from "react";
import { Label, Slider, SliderOutput, SliderThumb, SliderTrack } from "react-aria-components";
import "./range-field.css";

interface RangeFieldProps {
  readonly label: string;
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
  readonly format?: Intl.NumberFormatOptions;
  readonly help?: ReactNode;
}

export function RangeField(props: RangeFieldProps) {
  const { label, value, minimum, maximum, step, onChange, format, help } = props;
  return (
    <Slider
      className="range-field"
      value={value}
      minValue={minimum}
      maxValue={maximum}
      step={step}
      onChange={onChange}
      isDisabled={maximum <= minimum}
      {...(format && { formatOptions: format })}
    >
      <div className="field-head">
        <Label>{label}</Label>
        {help}
        <SliderOutput className="field-value" />
      </div>
      <SliderTrack className="range-track">
        {({ state }) => (
          <>
            <div className="range-fill" style={{ inlineSize: `${100 * state.getThumbPercent(0)}%` }} />
            <SliderThumb className="range-thumb" />
          </>
        )}
      </SliderTrack>
    </Slider>
  );
}
