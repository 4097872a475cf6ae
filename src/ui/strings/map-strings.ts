// What is said of a map: its name, its summary, and what its colours mean.

export const mapStrings = {
  names: {
    class: "{method} for {label}",
    classes: "{method} for {first} minus {second}",
    settings: "{method}, its settings minus the correct ones,",
  },
  summary: "{map} over {title}. Strongest in the {place}, {peak} an average {cell}; weakest {cell} {low}.",
  signedSummary: "{map} over {title}. Highest in the {place}, {peak}; lowest in the {opposite}, {low}.",
  pictureOnly: "{title}, no attention map yet",
  uniform: "{map} over {title}. Every cell has the same value.",
  cells: { patches: "patch", features: "cell", pixels: "pixel" },
  legends: {
    rollout: "Colour is each patch's share of what reaches the class token; 1× is an average patch.",
    share: "Colour is each {cell}'s share of the map; 1× is an average {cell}.",
    class: "{above} speaks for {label}, {below} against it; clear is neither.",
    signed: "{above} is above zero, {below} below; clear is zero.",
    classes: "{above} is more for {first}, {below} more for {second}; 1 is the higher peak of the two maps.",
    settings:
      "{above} is more than with the correct settings, {below} less, in multiples of an average {cell}.",
    equal: "Both maps are the same: there is no difference to show.",
    clipped: "The ends take in the most extreme 1 %.",
  },
} as const;
