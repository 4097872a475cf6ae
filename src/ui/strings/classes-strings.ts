// The words of the class picker.

export const classesStrings = {
  title: "Classes",
  help: "The five most probable of {count} classes: softmax over the logits. Press one to ask what speaks for it.",
  waiting: "The classes appear here.",
  search: "Search {count} classes",
  noMatch: "No class has this in its name.",
  more: "{count} more: type to narrow them down.",
  others: "Chosen classes",
  pin: "Pin {label}, to compare it with another class",
  pinned: "{label} is pinned as {pin}, press to take it off",
  compare: "Compare",
  contrast: {
    label: "A − B",
    help: "The map of A minus the map of B, both on one scale: {first} against {second}.",
  },
  onlyA: { label: "A", help: "The map for {label}." },
  onlyB: { label: "B", help: "The map for {label}." },
  pinSecond: "Pin a second class to see what speaks for one rather than the other.",
  agnostic: "{method} is the same for every class, so choosing one changes nothing.",
  unnamed:
    "This model names no classes. If its output is an embedding, as CLIP's is, ask with a text embedding: {count} numbers as JSON or NPY.",
  loadVector: "Load a vector",
  vectorCosine: "cosine {value}",
  vectorCosineHelp: "Cosine of the angle between the vector and the model's output for this picture.",
  explainVector: "Explain",
  removeVector: "Remove {name}",
} as const;
