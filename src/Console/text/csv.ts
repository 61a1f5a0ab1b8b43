/** Rows of cells, as RFC 4180 has them: a cell in quotes may have commas, line breaks and doubled quotes in it. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const content = text.startsWith("\uFEFF") ? text.slice(1) : text;
  for (let at = 0; at < content.length; at++) {
    const character = content[at]!;
    if (isQuoted) {
      if (character !== '"') {
        cell += character;
      } else if (content[at + 1] === '"') {
        cell += '"';
        at++;
      } else {
        isQuoted = false;
      }
    } else if (character === '"' && cell === "") {
      isQuoted = true;
    } else if (character === ",") {
      row.push(cell);
      cell = "";
    } else if (character === "\n" || character === "\r") {
      if (character === "\r" && content[at + 1] === "\n") {
        at++;
      }

      row.push(cell);
      rows.push(row);
      row = [];
      cell = "";
    } else {
      cell += character;
    }
  }

  if (cell !== "" || row.length > 0) {
    rows.push([...row, cell]);
  }

  return rows.filter(cells => cells.length > 1 || cells[0] !== "");
}

export function toCsv(rows: readonly (readonly string[])[]): string {
  return rows.map(row => row.map(quoted).join(",") + "\r\n").join("");
}

/** A text that no spreadsheet takes for a formula, as the API's tables have it. */
export function asCell(text: string): string {
  return /^[=+\-@\t\r']/.test(text) ? `'${text}` : text;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
