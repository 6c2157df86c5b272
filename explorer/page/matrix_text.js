// Weights as they are pasted: NumPy, MATLAB, CSV, a spreadsheet.
import { numberFrom } from "./numbers.js";

function rowsOf(text) {
  const inBrackets = [...text.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1]);
  if (inBrackets.length === 1 && inBrackets[0].includes(";")) {
    return inBrackets[0].split(";"); // MATLAB
  }
  if (inBrackets.length > 0) {
    return inBrackets;
  }
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() && !/^\s*#/.test(line));
  return lines.length === 1 ? lines[0].split(";") : lines;
}

function cellsOf(row) {
  const clean = row.trim().replace(/[,;]\s*$/, "");
  const separator = [/\t/, /;/, /,/].find((one) => one.test(clean));
  const cells = clean.split(separator ?? /\s+/).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
  const decimalComma = separator && String(separator) !== "/,/" &&
    cells.some((cell) => /^[-+−]?\d+,\d+$/.test(cell)) && !cells.some((cell) => cell.includes("."));
  return decimalComma ? cells.map((cell) => cell.replace(",", ".")) : cells;
}

/** Rows of numbers; throws one line that says where, what was expected and what was got. */
export function matrixFromText(text) {
  const bare = text.replace(/^\uFEFF/, "").replace(/(np\.|numpy\.)?array\(/g, "")
    .replace(/,?\s*dtype\s*=\s*[\w.]+/g, "").replace(/\)/g, "");
  const rows = rowsOf(bare).filter((row) => row.trim()).map(cellsOf);
  if (rows.length === 0) {
    throw new Error("expected a matrix, got nothing");
  }
  return rows.map((cells, i) => {
    if (cells.length !== rows[0].length) {
      throw new Error(`row ${i}: expected ${rows[0].length} numbers, got ${cells.length}`);
    }
    return cells.map((cell, j) => {
      try {
        return numberFrom(cell);
      } catch (error) {
        throw new Error(`row ${i}, column ${j}: ${error.message}`);
      }
    });
  });
}

/** The same, square. */
export function squareFromText(text) {
  const matrix = matrixFromText(text);
  if (matrix.length !== matrix[0].length) {
    throw new Error(`expected a square matrix, got ${matrix.length}×${matrix[0].length}`);
  }
  return matrix;
}

/** Rows by ";" and numbers by ",": as the program's options and the address have it. */
export function matrixText(matrix, between = ";") {
  return matrix.map((row) => row.join(",")).join(between);
}
