// Numbers as people read them: few digits, always with their unit.

/** `23.1 MB`; decimal units, as browsers show downloads. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `0.4 ms`, `71 ms`, `1.2 s`. */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1000) return `${milliseconds.toFixed(0)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** `12 s`, `3 min`; rounded up, since nobody minds when it is sooner. */
export function formatDuration(seconds: number): string {
  return seconds < 100 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

/** `92.4 %`, `< 0.1 %`. */
export function formatPercent(share: number): string {
  if (share > 0 && share < 0.001) return "< 0.1 %";
  return `${(100 * share).toFixed(1)} %`;
}

/** A share with three decimals: `0.573`. */
export function formatShare(share: number): string {
  return share.toFixed(3);
}

/** A ratio with two decimals and its sign: `1.84×`. */
export function formatRatio(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

/** Three digits: `8.24`, `−0.352`, `3.10·10⁻⁴`. */
export function formatNumber(value: number): string {
  const sign = value < 0 ? "−" : "";
  return sign + formatSize(Math.abs(value), 3);
}

/** Two digits and a sign: `+0.62`, `−3.1·10⁻⁴`, `0`. */
export function formatSigned(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return "0";
  return (value < 0 ? "−" : "+") + formatSize(Math.abs(value), 2);
}

function formatSize(size: number, digits: number): string {
  if (size === 0 || (size >= 0.01 && size < 1000)) return Number(size.toPrecision(digits)).toString();
  const [mantissa, exponent] = size.toExponential(digits - 1).split("e");
  return `${mantissa}·10${superscript(Number(exponent))}`;
}

function superscript(exponent: number): string {
  return String(exponent).replace(/./g, (sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)]));
}
