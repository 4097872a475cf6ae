// The smallest model there is, for a session that shows whether a runtime works and holds its GPU device.

/** `y = -x` for one number, opset 13, as an ONNX file: 60 bytes in hexadecimal. */
const hexadecimal =
  "08083a320a0b0a017812017922034e65671201675a0f0a0178120a0a0808011204" +
  "0a020801620f0a0179120a0a08080112040a02080142040a00100d";

export const smallestModel: Uint8Array = Uint8Array.from(hexadecimal.match(/../g) ?? [], (byte) =>
  Number.parseInt(byte, 16),
);
