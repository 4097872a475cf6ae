// Bytes as text, one letter each.

/** All that lists of numbers and NPY headers need; other letters come out as they are stored. */
export function asciiText(bytes: Uint8Array): string {
  let text = "";
  // Too many arguments at once overflow the stack.
  for (let start = 0; start < bytes.length; start += 4096)
    text += String.fromCharCode(...bytes.subarray(start, start + 4096));
  return text;
}
