// Sortable tables: a click on a heading sorts by that column, a second one the other way.
(function () {
  "use strict";

  // The number that a cell begins with ("−0.25", "93.2 % ± 0.4 %", "∞"), else NaN.
  function leadingNumber(text) {
    const plain = text.trim().replace(/^−/, "-").replace(/e−/, "e-");
    if (/^-?∞/.test(plain)) {
      return plain[0] === "-" ? -Infinity : Infinity;
    }
    const match = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?/i.exec(plain);
    return match ? Number(match[0]) : NaN;
  }

  // Numbers before words, dashes and other empty cells last in either order.
  function compare(a, b, down) {
    const rank = (cell) => (cell.text === "" || cell.text === "–" ? 2 : isNaN(cell.number) ? 1 : 0);
    const order = rank(a) - rank(b);
    if (order !== 0) {
      return order;
    }
    const way = down ? -1 : 1;
    return rank(a) === 0 ? way * (a.number - b.number || 0) : way * a.text.localeCompare(b.text);
  }

  function sortBy(table, column) {
    const heads = table.tHead.rows[0].cells;
    const down = heads[column].getAttribute("aria-sort") === "ascending";
    for (const head of heads) {
      head.removeAttribute("aria-sort");
    }
    heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => {
      const text = row.cells[column].textContent.trim();
      return { row: row, text: text, number: leadingNumber(text) };
    });
    rows.sort((a, b) => compare(a, b, down));  // stable
    body.append(...rows.map((item) => item.row));
  }

  for (const table of document.querySelectorAll("main table")) {
    Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.title = "Sort by this column";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sortBy(table, column));
      head.append(button);
    });
  }
})();
