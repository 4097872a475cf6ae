// Writes CSV as spreadsheets and pandas read it.

/** A number, a text, or nothing. */
export type CsvCell = string | number | null;

/**
 * Rows of cells, ended by CR LF.
 * Text that a spreadsheet would take for a formula begins with an apostrophe, as it may come from a file's name.
 * @see RFC 4180
 */
export function writeCsv(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((cells) => `${cells.map(writeCell).join(",")}\r\n`).join("");
}

function writeCell(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
