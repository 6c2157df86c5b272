// What is drawn: planes, the line, the cube, the diagram. Each function makes a Scene of data that
// the library has computed, and says where things stand in it (`places`, for the pointer).
import { Scene } from "./scene.js";
import { fieldColour, markers, typeName } from "./palette.js";
import { short } from "./numbers.js";

const margins = { left: 48, right: 14, top: 30, bottom: 44 };

function frameOf(width, height) {
  return { left: margins.left, top: margins.top, width: width - margins.left - margins.right,
           height: height - margins.top - margins.bottom };
}

/** Between px and the picture's coordinates, window [x0, x1, y0, y1]. */
export class Chart {
  constructor(width, height, window) {
    this.frame = frameOf(width, height);
    this.window = window;
  }

  x(value) {
    const [x0, x1] = this.window;
    return this.frame.left + ((value - x0) / (x1 - x0)) * this.frame.width;
  }

  y(value) {
    const [, , y0, y1] = this.window;
    return this.frame.top + this.frame.height - ((value - y0) / (y1 - y0)) * this.frame.height;
  }

  at(x, y) {
    const [x0, x1, y0, y1] = this.window;
    return [x0 + ((x - this.frame.left) / this.frame.width) * (x1 - x0),
            y1 - ((y - this.frame.top) / this.frame.height) * (y1 - y0)];
  }

  has(x, y) {
    const { left, top, width, height } = this.frame;
    return x >= left && x <= left + width && y >= top && y <= top + height;
  }

  /** rows: x and y of the points; null lifts the pen. */
  points([xs, ys]) {
    return xs.map((x, k) => (x === null || ys[k] === null ? null : [this.x(x), this.y(ys[k])]));
  }
}

/** The window with room for what lies on its edge. */
export function padded([x0, x1, y0, y1], share = 0.045) {
  const dx = share * (x1 - x0), dy = share * (y1 - y0);
  return [x0 - dx, x1 + dx, y0 - dy, y1 + dy];
}

/** The window zoomed by `factor` about a point, by default its middle; null where it would be too small or too large. */
export function zoomed([x0, x1, y0, y1], factor, point) {
  const [cx, cy] = point ?? [(x0 + x1) / 2, (y0 + y1) / 2];
  const next = [cx + (x0 - cx) * factor, cx + (x1 - cx) * factor, cy + (y0 - cy) * factor, cy + (y1 - cy) * factor];
  return next[1] - next[0] > 1e-6 && next[1] - next[0] < 1e4 ? next.map((value) => Number(value.toPrecision(9))) : null;
}

function drawField(scene, chart, field, colours, count) {
  const fastest = field.reduce((most, arrow) => Math.max(most, arrow[4]), 0) || 1;
  const spacing = chart.frame.width / Math.max(2, Math.round(Math.sqrt(count)));
  const reach = 0.36 * spacing, buckets = [[], [], [], [], []];
  for (const [s0, s1, d0, d1, speed] of field) {
    if (speed === 0) {
      continue;
    }
    const length = Math.hypot(d0 * chart.frame.width, d1 * chart.frame.height) || 1;
    const dx = (d0 * chart.frame.width * reach) / length, dy = (-d1 * chart.frame.height * reach) / length;
    const x = chart.x(s0), y = chart.y(s1), tipX = x + dx, tipY = y + dy;
    const flat = buckets[Math.min(4, Math.floor((5 * speed) / fastest))];
    flat.push(x - dx, y - dy, tipX, tipY,
              tipX, tipY, tipX - 0.55 * dx + 0.3 * dy, tipY - 0.55 * dy - 0.3 * dx,
              tipX, tipY, tipX - 0.55 * dx - 0.3 * dy, tipY - 0.55 * dy + 0.3 * dx);
  }
  buckets.forEach((flat, k) => {
    if (flat.length) {
      scene.strokes(flat, fieldColour(colours, (k + 0.5) / 5), 1.2);
    }
  });
}

/** basins: bands of {window, width, height, labels, names}; `colourOf` gives each name its colour. */
function drawBasins(scene, chart, bands, colourOf) {
  for (const band of bands) {
    const [x0, x1, y0, y1] = band.window;
    const dx = (x1 - x0) / band.width, dy = (y1 - y0) / band.height;
    for (let j = 0; j < band.height; ++j) {
      for (let i = 0, from = 0; i < band.width; i = from) { // runs of one label are one cell
        const label = band.labels[i + j * band.width];
        for (from = i + 1; from < band.width && band.labels[from + j * band.width] === label; ++from);
        if (label >= 0) {
          // Whole px: pale cells that overlap, or leave a seam, would show as stripes.
          const left = Math.round(chart.x(x0 + i * dx)), top = Math.round(chart.y(y0 + (j + 1) * dy));
          const right = Math.round(chart.x(x0 + from * dx)), bottom = Math.round(chart.y(y0 + j * dy));
          scene.cell(left, top, right - left, bottom - top, colourOf(band.names[label]), 0.3);
        }
      }
    }
  }
}

function curveStyle(kind, colours) {
  const style = { unstable: [colours.unstable, []], stable: [colours.stable, []], ray: [colours.ray, [9, 4, 2, 4]] };
  return style[kind] ?? style.ray;
}

function drawOrbit(scene, project, run, clock, colour, width = 2.2) {
  const points = project(run);
  if (clock === "flow") {
    scene.line(points, colour, width);
  } else {
    scene.line(points, colour, 0.8, { opacity: 0.6 });
    for (const point of points) {
      if (point) {
        scene.dot(point[0], point[1], 2.6, colour, { rim: scene.colours.paper, rimWidth: 0.8 });
      }
    }
  }
  if (points[0]) {
    scene.dot(points[0][0], points[0][1], 4, scene.colours.paper, { rim: colour, rimWidth: 2 });
  }
}

function mark(scene, equilibrium, clock, x, y, lit) {
  const type = typeName(clock === "flow" || !equilibrium.clocks ? equilibrium.type : equilibrium.clocks.map.type);
  if (lit) {
    scene.dot(x, y, 13, "none", { rim: scene.colours.nullcline[0], rimWidth: 2.5 });
  }
  scene.symbol(x, y, markers[type] ?? markers["non-hyperbolic"], 5.4, scene.colours.marker, scene.colours.paper);
}

/** One clock's picture of the plane; `orbits`: the clocks whose trajectories are drawn in it. */
export function planeFigure({ width, height, colours, data, clock, orbits = [clock], show, runs, basins, colourOf, lit, window, cursor }) {
  const scene = new Scene(width, height, colours);
  const chart = new Chart(width, height, window);
  const drawn = data.drawn;
  scene.clip(chart.frame);
  if (show.basins && basins) {
    drawBasins(scene, chart, basins, colourOf);
  }
  if (drawn.outline[0] && drawn.outline[0].length) {
    scene.line(chart.points(drawn.outline), colours.soft, 1, { close: true });
  }
  if (show.field && clock === "flow") {
    drawField(scene, chart, drawn.field, colours, drawn.grid ** 2);
  }
  if (show.nullclines) {
    for (const line of drawn.nullclines) {
      scene.line(chart.points(line.points), colours.nullcline[line.axis], line.edge ? 1.4 : 2.2, { dash: line.edge ? [] : [8, 4] });
    }
  }
  for (const continuum of drawn.continua) {
    scene.line(chart.points(continuum.points), colours.marker, 5, { opacity: 0.45 });
  }
  if (show.curves && clock === "flow") {
    for (const curve of drawn.curves) {
      const [colour, dash] = curveStyle(curve.kind, colours);
      scene.line(chart.points(curve.points), colour, 1.9, { dash });
    }
    for (const cycle of data.cycles ?? drawn.cycles) {
      scene.line(chart.points(cycle.points), colours.marker, 3, { dash: cycle.attracts ? [] : [6, 5] });
    }
    for (const [x, y, dx, dy] of drawn.eigenvectors) {
      const px = chart.x(x), py = chart.y(y);
      const lx = dx * chart.frame.width, ly = -dy * chart.frame.height, size = 16 / (Math.hypot(lx, ly) || 1);
      scene.strokes([px - lx * size, py - ly * size, px + lx * size, py + ly * size], colours.soft, 2.4);
    }
  }
  for (const orbit of orbits) {
    runs.forEach((run) => drawOrbit(scene, (side) => chart.points(side.s), run[orbit], orbit, run.colour, run.width));
  }
  if (cursor) {
    const [x, y] = [chart.x(cursor[0]), chart.y(cursor[1])];
    scene.strokes([x - 9, y, x + 9, y, x, y - 9, x, y + 9], colours.ink, 1.5);
  }
  scene.unclip();
  const places = [];
  for (const equilibrium of data.equilibria) {
    const x = chart.x(equilibrium.at[0]), y = chart.y(equilibrium.at[1]);
    if (chart.has(x, y)) {
      mark(scene, equilibrium, clock, x, y, lit === equilibrium.pattern);
      places.push({ x, y, equilibrium });
    }
  }
  scene.axes(chart.frame, window, data.slice.axes.map(axisName));
  return { scene, chart, places };
}

/** "y_{0}" as people read it. */
export function axisName(name) {
  return name.replace(/_\{?(\d+)\}?/g, (_, digits) => [...digits].map((d) => "₀₁₂₃₄₅₆₇₈₉"[d]).join(""));
}

/** y' against y, with the equilibria and the way between them. */
export function lineFigure({ width, height, colours, data, equilibria, lit }) {
  const scene = new Scene(width, height, colours);
  const most = data.velocity.reduce((m, v) => Math.max(m, Math.abs(v)), 0) || 1;
  const window = padded([...data.range, -most, most]);
  const chart = new Chart(width, height, window);
  scene.line([[chart.x(window[0]), chart.y(0)], [chart.x(window[1]), chart.y(0)]], colours.soft, 1);
  scene.line(chart.points([data.y, data.velocity]), colours.nullcline[1], 2.4);
  const flat = [];
  for (let k = 10; k < data.y.length - 1; k += 20) {
    if (data.velocity[k] !== 0) {
      const x = chart.x(data.y[k]), y = chart.y(0), way = 6 * Math.sign(data.velocity[k]);
      flat.push(x - way, y - 5, x + way, y, x - way, y + 5, x + way, y);
    }
  }
  scene.strokes(flat, colours.ink, 2);
  const places = equilibria.map((equilibrium) => {
    const x = chart.x(equilibrium.y[0]), y = chart.y(0);
    mark(scene, equilibrium, "flow", x, y, lit === equilibrium.pattern);
    return { x, y, equilibrium };
  });
  scene.axes(chart.frame, window, ["y₀", "y₀′"]);
  return { scene, chart, places };
}

/** Units over time: lines of the flow, dots of the network's layers at t = n h. */
export function timeFigure({ width, height, colours, range, run, units, step }) {
  const scene = new Scene(width, height, colours);
  const end = Math.max(run ? run.flow.t.at(-1) : 1, 1e-9);
  const reach = run ? Math.min(end, Math.max(...run.network.t, end / 8)) : end;
  const window = padded([0, Math.max(reach, 1e-9), range[0], range[1]]);
  const chart = new Chart(width, height, window);
  scene.clip(chart.frame);
  if (run) {
    units.forEach((unit, k) => {
      const colour = colours.path[k % colours.path.length];
      scene.line(chart.points([run.flow.t, run.flow.y[unit]]), colour, 2);
      run.network.y[unit].forEach((y, n) => scene.dot(chart.x(run.network.t[n]), chart.y(y), 2.8, colour, { rim: colours.paper, rimWidth: 0.8 }));
    });
  }
  scene.unclip();
  scene.axes(chart.frame, window, [`t (dots: layers, h = ${short(step)})`, "y"]);
  return { scene, chart, places: [] };
}

/** From y to the picture: the cube turned about its third axis and seen from above the horizon. */
export function cubeView([azimuth, elevation]) {
  const a = (azimuth * Math.PI) / 180, e = (elevation * Math.PI) / 180;
  const right = [Math.cos(a), Math.sin(a), 0];
  const up = [-Math.sin(a) * Math.sin(e), Math.cos(a) * Math.sin(e), Math.cos(e)];
  return ([y0, y1, y2]) => [right[0] * y0 + right[1] * y1, up[0] * y0 + up[1] * y1 + up[2] * y2];
}

export function cubeFigure({ width, height, colours, data, equilibria, clock, turn, runs, show, lit }) {
  const scene = new Scene(width, height, colours);
  const view = cubeView(turn);
  const [low, high] = data.range, middle = (low + high) / 2, half = (high - low) / 2;
  const scale = (0.5 * Math.min(width, height) - 26) / (half * Math.sqrt(3));
  const place = (y) => {
    const [px, py] = view(y.map((value) => value - middle));
    return [width / 2 + px * scale, height / 2 - py * scale];
  };
  const corner = (k) => [0, 1, 2].map((i) => ((k >> i) & 1 ? high : low));
  for (let k = 0; k < 8; ++k) {
    for (let i = 0; i < 3; ++i) {
      if (!((k >> i) & 1)) {
        scene.line([place(corner(k)), place(corner(k | (1 << i)))], colours.soft, 1, { opacity: 0.7 });
      }
    }
  }
  [0, 1, 2].forEach((i) => {
    const end = [low, low, low];
    end[i] = high + 0.34 * half;
    const [x, y] = place(end);
    scene.text(x, y + 5, axisName(`y_${i}`), { size: 14, colour: colours.ink, italic: true });
  });
  const columns = ([a, b, c]) => a.map((value, k) => place([value, b[k], c[k]]));
  if (show.curves && clock === "flow") {
    for (const curve of data.curves) {
      const [colour, dash] = curveStyle(curve.kind, colours);
      scene.line(columns(curve.points), colour, 1.7, { dash });
    }
    for (const cycle of data.cycles) {
      scene.line(columns(cycle.points), colours.marker, 3);
    }
  }
  runs.forEach((run) => drawOrbit(scene, (side) => columns(side.y), run[clock], clock, run.colour));
  const places = equilibria.map((equilibrium) => {
    const [x, y] = place(equilibrium.y);
    mark(scene, equilibrium, clock, x, y, lit === equilibrium.pattern);
    return { x, y, equilibrium };
  });
  return { scene, chart: null, places };
}

const eventMarks = {
  TC: { corners: 0, turn: 0, filled: false }, HB: { corners: 4, turn: Math.PI / 4, filled: true },
  PD: { corners: 3, turn: -Math.PI / 2, filled: true }, NS: { corners: 4, turn: 0, filled: true },
  singular: { corners: 3, turn: Math.PI / 2, filled: false },
};

/** y of one unit along the path: solid where stable in the flow, dashed where not. */
export function diagramFigure({ width, height, colours, diagram, range, unit, alpha, name, onStep }) {
  const scene = new Scene(width, height, colours);
  const window = padded([diagram.from, diagram.to, range[0], range[1]], 0.03);
  const chart = new Chart(width, height, window);
  scene.clip(chart.frame);
  for (const event of diagram.events) {
    scene.line([[chart.x(event.alpha), chart.frame.top], [chart.x(event.alpha), chart.frame.top + chart.frame.height]], colours.line, 1);
  }
  for (const rows of diagram.rows) {
    for (const stable of [false, true]) {
      const points = [];
      for (let k = 0; k + 1 < rows.length; ++k) {
        const dimension = (row) => (onStep ? row.outside : row.unstable);
        if ((Math.max(dimension(rows[k]), dimension(rows[k + 1])) === 0) === stable) {
          points.push([chart.x(rows[k].alpha), chart.y(rows[k].y[unit])], [chart.x(rows[k + 1].alpha), chart.y(rows[k + 1].y[unit])], null);
        }
      }
      scene.line(points, stable ? colours.ink : colours.soft, stable ? 2.4 : 1.2, { dash: stable ? [] : [5, 4] });
    }
  }
  scene.line([[chart.x(alpha), chart.frame.top], [chart.x(alpha), chart.frame.top + chart.frame.height]], colours.nullcline[0], 2);
  const places = diagram.events.filter((event) => event.y).map((event) => {
    const x = chart.x(event.alpha), y = chart.y(event.y[unit]);
    scene.symbol(x, y, eventMarks[event.label] ?? eventMarks.singular, 4.5, colours.nullcline[1], colours.paper);
    return { x, y, event };
  });
  scene.unclip();
  scene.axes(chart.frame, window, [name, axisName(`y_${unit}`)]);
  return { scene, chart, places };
}
