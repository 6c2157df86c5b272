// Numbers of the pictures, at full precision, in long form.

const cell = (value) => {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
};

export const csvText = (rows) => rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";

/** Of the plane: what, number, name, t, then the coordinates of the plane. */
export function planeCsv(plane, runs, show) {
  const rows = [["what", "number", "name", "t", ...plane.slice.axes.map((name) => name.replace(/[{}]/g, ""))]];
  const add = (what, number, name, [xs, ys], times = null) =>
    xs.forEach((x, k) => rows.push([what, number, name, times ? times[k] : "", x, ys[k]]));
  if (show.field) {
    plane.drawn.field.forEach(([x, y, dx, dy, speed], k) => {
      rows.push(["field", k, "place", "", x, y], ["field", k, "velocity", "", dx * speed, dy * speed]);
    });
  }
  if (show.nullclines) {
    plane.drawn.nullclines.forEach((line, k) => add("nullcline", k, line.where, line.points));
  }
  if (show.curves) {
    plane.drawn.curves.forEach((curve, k) => add(curve.kind, k, `${curve.from} to ${curve.end ?? ""}`, curve.points));
    (plane.cycles ?? plane.drawn.cycles).forEach((cycle, k) => add("limit cycle", k, `period ${cycle.period}`, cycle.points));
  }
  plane.equilibria.forEach((e, k) => rows.push(["equilibrium", k, e.pattern, "", ...e.at]));
  runs.forEach((run, k) => {
    add("flow", k, "", run.flow.s, run.flow.t);
    add("network", k, "", run.network.s, run.network.t);
  });
  return csvText(rows);
}

/** Of the cube or the line: trajectories and curves in all units. */
export function spaceCsv(units, equilibria, curves, runs) {
  const rows = [["what", "number", "name", "t", ...Array.from({ length: units }, (_, i) => `y_${i}`)]];
  const add = (what, number, name, columns, times = null) =>
    columns[0].forEach((_, k) => rows.push([what, number, name, times ? times[k] : "", ...columns.map((column) => column[k])]));
  curves.forEach((curve, k) => add(curve.kind, k, `${curve.from} to ${curve.end ?? ""}`, curve.points));
  equilibria.forEach((e, k) => rows.push(["equilibrium", k, e.pattern, "", ...e.y]));
  runs.forEach((run, k) => {
    add("flow", k, "", run.flow.y, run.flow.t);
    add("network", k, "", run.network.y, run.network.t);
  });
  return csvText(rows);
}

export function equilibriaCsv(equilibria) {
  const n = equilibria.length ? equilibria[0].y.length : 0;
  const each = (name) => Array.from({ length: n }, (_, i) => `${name}_${i}`);
  const pairs = (name) => Array.from({ length: n }, (_, i) => [`${name}_${i}_re`, `${name}_${i}_im`]).flat();
  const rows = [["pattern", "type", "map_type", "h_star", "residual", ...each("y"), ...pairs("lambda"), ...pairs("multiplier")]];
  for (const e of equilibria) {
    rows.push([e.pattern, e.type, e.clocks ? e.clocks.map.type : "", e.clocks ? e.clocks.h_star : "", e.residual,
      ...e.y, ...e.flow_eigenvalues.flat(), ...e.multipliers.flat()]);
  }
  return csvText(rows);
}

export function diagramCsv(diagram) {
  const n = diagram.rows.length ? diagram.rows[0][0].y.length : 0;
  const rows = [["branch", "pattern", "label", "alpha", "unstable", "outside", ...Array.from({ length: n }, (_, i) => `y_${i}`)]];
  diagram.rows.forEach((list, k) => list.forEach((row) =>
    rows.push([k + 1, diagram.branches[k].pattern, row.label, row.alpha, row.unstable, row.outside, ...row.y])));
  return csvText(rows);
}
