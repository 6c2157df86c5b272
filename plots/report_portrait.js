// The phase portrait to look into: pan, zoom, eigenvalues of an equilibrium under the pointer, and
// trajectories started by a click, integrated here by the same equations:
//   flow  u' = W f(u)      layers  u <- u + h W f(u)      y = f(u)
(function () {
  "use strict";
  const source = document.getElementById("portrait-data");
  if (!source) {
    return;
  }
  const data = JSON.parse(source.textContent);
  const logistic = data.activation === "logistic";
  const [low, high] = data.range;
  const reach = 14; // px around an equilibrium that answer the pointer

  // ---- the system ----
  const f = logistic
    ? (u) => (u >= 0 ? 1 / (1 + Math.exp(-u)) : Math.exp(u) / (1 + Math.exp(u)))
    : Math.tanh;
  const inverse = logistic ? (y) => Math.log(y / (1 - y)) : Math.atanh;
  const velocity = (u) => {
    const y = u.map(f);
    return data.W.map((row) => row.reduce((sum, w, j) => sum + w * y[j], 0));
  };

  // Dormand and Prince's pair 5(4) (1980), steps shortened to land on the sample times.
  const stages = [
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  ];
  const errorWeights = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

  function integrate(u0, times) {
    const relative = 1e-10, absolute = 1e-12, mostSteps = 200000;
    let u = u0.slice(), t = 0, step = 1e-3, k1 = velocity(u), tried = 0;
    const result = [];
    for (const end of times) {
      while (t < end && tried < mostSteps) {
        ++tried;
        const last = step >= end - t;
        const h = last ? end - t : step;
        const k = [k1];
        let next = u;
        for (const row of stages) {
          next = u.map((v, i) => v + h * row.reduce((sum, c, s) => sum + c * k[s][i], 0));
          k.push(velocity(next));
        }
        let worst = 0;
        for (let i = 0; i < u.length; ++i) {
          const error = h * errorWeights.reduce((sum, c, s) => sum + c * k[s][i], 0);
          worst = Math.max(worst, Math.abs(error) /
                                  (absolute + relative * (Math.abs(u[i]) + Math.abs(h * k1[i]))));
        }
        const factor = worst > 0 ? Math.min(5, Math.max(0.2, 0.9 * Math.pow(worst, -0.2))) : 5;
        if (worst <= 1) {
          t = last ? end : t + h;
          u = next;
          k1 = k[6];
          step = last ? Math.max(step, h * factor) : h * factor;
        } else {
          step = h * Math.min(1, factor);
        }
      }
      result.push(u.map(f));
    }
    return result;
  }

  function trajectoryFrom(y0) {
    const times = [];
    for (let k = 0; k <= 400; ++k) {
      times.push((data.t_end * k) / 400);
    }
    const u0 = y0.map(inverse);
    const layers = [y0.slice()];
    for (let n = 0, u = u0; n < data.layers; ++n) {
      const v = velocity(u);
      u = u.map((value, i) => value + data.step * v[i]);
      layers.push(u.map(f));
    }
    return { start: y0, t: times, y: integrate(u0, times), layers: layers };
  }

  // ---- the page ----
  const figure = document.getElementById("figure-portrait");
  const card = figure.querySelector(".card");
  const frame = document.createElement("div");
  frame.className = "live";
  frame.innerHTML =
    '<canvas tabindex="0" role="img" aria-label="Interactive phase portrait"></canvas>' +
    '<div class="tip" hidden></div>' +
    '<p class="tools"><button type="button" data-do="reset">whole plane</button> ' +
    '<button type="button" data-do="clear">remove my trajectories</button> ' +
    '<button type="button" data-do="still">still picture</button> ' +
    "<span>drag to move, wheel to zoom, click to start a trajectory, rest on an equilibrium for its eigenvalues</span></p>" +
    '<p class="legend"></p><ul class="starts"></ul>';
  figure.insertBefore(frame, card);
  card.classList.add("behind");
  const canvas = frame.querySelector("canvas");
  const tip = frame.querySelector(".tip");
  const list = frame.querySelector(".starts");
  const pen = canvas.getContext("2d");
  const mine = [];
  const whole = () => ({ cx: (data.window[0] + data.window[1]) / 2,
                         cy: (data.window[2] + data.window[3]) / 2,
                         half: 0.545 * Math.max(data.window[1] - data.window[0],
                                                data.window[3] - data.window[2]) });
  let view = whole();
  let side = 0;

  const toPixel = (p) => [side / 2 + ((p[0] - view.cx) / view.half) * (side / 2),
                          side / 2 - ((p[1] - view.cy) / view.half) * (side / 2)];
  const toPlane = (x, y) => [view.cx + ((x - side / 2) / (side / 2)) * view.half,
                             view.cy - ((y - side / 2) / (side / 2)) * view.half];

  function fieldColour(value) {
    const stops = [[220, 227, 233], [169, 189, 203], [79, 115, 137]];
    const at = 2 * Math.min(1, Math.max(0, value / data.fastest));
    const k = Math.min(1, Math.floor(at));
    return "rgb(" + stops[k].map((c, i) => Math.round(c + (at - k) * (stops[k + 1][i] - c))) + ")";
  }

  function polyline(points) {
    pen.beginPath();
    let down = false;
    for (const p of points) {
      if (p[0] === null || p[1] === null) {
        down = false;
        continue;
      }
      const [x, y] = toPixel(p);
      if (down) {
        pen.lineTo(x, y);
      } else {
        pen.moveTo(x, y);
      }
      down = true;
    }
    pen.stroke();
  }

  // gnuplot's point types: 4/5 square, 6/7 circle, 8/9 triangle, 12/13 diamond, 14/15 pentagon.
  function symbol(x, y, type, size) {
    const r = 4.2 * size;
    const corners = { 2: [4, Math.PI / 4], 4: [3, -Math.PI / 2], 6: [4, 0], 7: [5, -Math.PI / 2] };
    const shape = corners[Math.floor(type / 2)];
    pen.beginPath();
    if (!shape) {
      pen.arc(x, y, r, 0, 2 * Math.PI);
    } else {
      for (let k = 0; k < shape[0]; ++k) {
        const angle = shape[1] + (2 * Math.PI * k) / shape[0];
        pen[k ? "lineTo" : "moveTo"](x + 1.15 * r * Math.cos(angle), y + 1.15 * r * Math.sin(angle));
      }
      pen.closePath();
    }
    return type % 2 === 0;
  }

  function paint(series) {
    const style = series.style;
    const c = series.columns;
    pen.globalAlpha = style.opacity;
    pen.strokeStyle = pen.fillStyle = style.colour;
    pen.lineWidth = style.width;
    pen.setLineDash(style.dash === 2 ? [8, 5] : style.dash === 3 ? [2, 3] : style.dash === 4 ? [9, 4, 2, 4] : []);
    if (series.mark === "line") {
      polyline(c[0].map((v, k) => [v, c[1][k]]));
    } else if (series.mark === "points") {
      for (let k = 0; k < c[0].length; ++k) {
        if (c[0][k] === null) {
          continue;
        }
        const [x, y] = toPixel([c[0][k], c[1][k]]);
        if (style.halo) {
          symbol(x, y, style.symbol, style.size * 1.4);
          pen.fillStyle = "#ffffff";
          pen.fill();
        }
        const open = symbol(x, y, style.symbol, style.size);
        pen.fillStyle = open ? "#ffffff" : style.colour;
        pen.fill();
        pen.stroke();
      }
    } else if (series.mark === "arrows") {
      for (let k = 0; k < c[0].length; ++k) {
        const [x, y] = toPixel([c[0][k], c[1][k]]);
        const [tx, ty] = toPixel([c[0][k] + c[2][k], c[1][k] + c[3][k]]);
        const angle = Math.atan2(ty - y, tx - x);
        pen.strokeStyle = pen.fillStyle = fieldColour(c[4][k]);
        pen.beginPath();
        pen.moveTo(x, y);
        pen.lineTo(tx, ty);
        pen.stroke();
        pen.beginPath();
        pen.moveTo(tx, ty);
        pen.lineTo(tx - 6 * Math.cos(angle - 0.35), ty - 6 * Math.sin(angle - 0.35));
        pen.lineTo(tx - 6 * Math.cos(angle + 0.35), ty - 6 * Math.sin(angle + 0.35));
        pen.fill();
      }
    }
    pen.globalAlpha = 1;
    pen.setLineDash([]);
  }

  function axes() {
    const unit = Math.pow(10, Math.floor(Math.log10(view.half)));
    const step = [1, 0.5, 0.2].map((s) => s * unit).find((s) => (2 * view.half) / s >= 4) || unit / 5;
    pen.fillStyle = "#444444";
    pen.font = "12px system-ui, sans-serif";
    const ticks = (from, draw) => {
      for (let k = Math.ceil(from / step); k * step <= from + 2 * view.half; ++k) {
        draw(k * step, String(Number((k * step).toPrecision(6))));
      }
    };
    const write = (text, x, y) => {  // on a white rim, for curves may pass beneath
      pen.strokeText(text, x, y);
      pen.fillText(text, x, y);
    };
    pen.strokeStyle = "#ffffff";
    pen.lineWidth = 4;
    pen.lineJoin = "round";
    pen.textAlign = "center";
    ticks(view.cx - view.half, (v, text) => {
      const x = toPixel([v, 0])[0];
      if (x > 30 && x < side - 34) {  // the corners are the names'
        write(text, x, side - 5);
      }
    });
    pen.textAlign = "left";
    ticks(view.cy - view.half, (v, text) => {
      const y = toPixel([0, v])[1];
      if (y > 30 && y < side - 20) {
        write(text, 4, y + 4);
      }
    });
    pen.font = "italic 14px system-ui, sans-serif";
    write(data.axes[0], side - 20, side - 5);
    write(data.axes[1], 4, 16);
  }

  function draw() {
    const scale = window.devicePixelRatio || 1;
    side = Math.max(240, Math.min(620, frame.clientWidth));
    canvas.style.width = canvas.style.height = side + "px";
    canvas.width = canvas.height = Math.round(side * scale);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, side, side);
    for (const series of data.series.filter((s) => s.mark !== "points")) {
      paint(series);
    }
    for (const one of mine) {
      paint({ mark: "line", columns: [one.y.map((y) => y[0]), one.y.map((y) => y[1])],
              style: { colour: "#000000", width: 2.2, dash: 1, opacity: 1 } });
      paint({ mark: "points", columns: [one.layers.map((y) => y[0]), one.layers.map((y) => y[1])],
              style: { colour: "#000000", width: 1, symbol: 7, size: 0.55, opacity: 1, halo: true } });
    }
    for (const series of data.series.filter((s) => s.mark === "points")) {
      paint(series);
    }
    axes();
  }

  // The words of the still picture's legend, each behind its colour; y_0 and y_{0} set low.
  for (const series of data.series.filter((one) => one.legend)) {
    const entry = document.createElement("span");
    const swatch = document.createElement("i");
    swatch.style.color = series.style.colour;
    swatch.textContent = series.mark === "line" ? (series.style.dash === 1 ? "━ " : "╍ ") :
                         { "6": "○ ", "7": "● ", "8": "△ ", "12": "◇ ", "14": "⬠ ", "15": "⬟ " }[series.style.symbol] || "□ ";
    entry.append(swatch);
    series.legend.split(/_(?:\{(\w+)\}|(\w))/).forEach((part, k) => {
      if (part) {
        const text = document.createElement(k % 3 === 0 ? "span" : "sub");
        text.textContent = part;
        entry.append(text);
      }
    });
    frame.querySelector(".legend").append(entry, " ");
  }

  const complex = (value) => {
    const [re, im] = value;
    return im === 0 ? String(re) : re + (im < 0 ? " − " : " + ") + Math.abs(im) + "i";
  };

  function hover(x, y) {
    let nearest = null, distance = reach;
    for (const e of data.equilibria) {
      const [px, py] = toPixel(e.at);
      const d = Math.hypot(px - x, py - y);
      if (d <= distance) {
        nearest = e;
        distance = d;
      }
    }
    tip.hidden = !nearest;
    if (nearest) {
      tip.replaceChildren();
      const lines = [
        [nearest.pattern + ", " + nearest.type.replace(/_/g, " "), "name"],
        ["y = (" + nearest.y.join(", ") + ")", "place"],
        ["λ = " + nearest.flow_eigenvalues.map(complex).join(", "), "flow"],
        ["multipliers " + nearest.multipliers.map(complex).join(", "), "map"],
      ];
      for (const [text, name] of lines) {
        const line = document.createElement("div");
        line.className = name;
        line.textContent = text;
        tip.append(line);
      }
      const [px, py] = toPixel(nearest.at);
      tip.style.left = Math.min(px + 14, Math.max(0, side - 250)) + "px";
      tip.style.top = (py > side / 2 ? py - 100 : py + 14) + "px";
    }
  }

  function start(point) {
    if (!(point[0] > low && point[0] < high && point[1] > low && point[1] < high)) {
      return;
    }
    const one = trajectoryFrom(point);
    mine.push(one);
    const end = one.y[one.y.length - 1];
    const item = document.createElement("li");
    const text = ["t,y_0,y_1"].concat(one.t.map((t, k) => [t, ...one.y[k]].join(","))).join("\n") + "\n";
    const link = document.createElement("a");
    link.download = "trajectory-" + mine.length + ".csv";
    link.href = "data:text/csv;charset=utf-8," + encodeURIComponent(text);
    link.textContent = "numbers";
    const short = (v) => Number(v.toPrecision(5));
    item.append("from (" + point.map(short).join(", ") + ") to (" + end.map(short).join(", ") +
                ") at t = " + data.t_end + " ", link);
    list.append(item);
    draw();
  }

  const where = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  let drag = null;
  canvas.addEventListener("pointerdown", (event) => {
    drag = { from: where(event), view: Object.assign({}, view), moved: false };
    if (event.isTrusted) {
      canvas.setPointerCapture(event.pointerId);
    }
  });
  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = where(event);
    if (!drag) {
      hover(x, y);
      return;
    }
    const dx = x - drag.from[0], dy = y - drag.from[1];
    drag.moved = drag.moved || Math.hypot(dx, dy) > 4;
    if (drag.moved) {
      view.cx = drag.view.cx - (dx / (side / 2)) * view.half;
      view.cy = drag.view.cy + (dy / (side / 2)) * view.half;
      draw();
    }
  });
  canvas.addEventListener("pointerup", (event) => {
    const click = drag && !drag.moved;
    drag = null;
    if (click) {
      const [x, y] = where(event);
      hover(x, y);
      if (tip.hidden) {
        start(toPlane(x, y));
      }
    }
  });
  canvas.addEventListener("pointerleave", () => { tip.hidden = true; });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const [x, y] = where(event);
    const before = toPlane(x, y);
    view.half *= Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300)));
    const after = toPlane(x, y);
    view.cx += before[0] - after[0];
    view.cy += before[1] - after[1];
    draw();
  }, { passive: false });
  frame.addEventListener("click", (event) => {
    const action = event.target.dataset ? event.target.dataset.do : null;
    if (action === "reset") {
      view = whole();
      draw();
    } else if (action === "clear") {
      mine.length = 0;
      list.replaceChildren();
      draw();
    } else if (action === "still") {
      frame.classList.toggle("still");
      event.target.textContent = frame.classList.contains("still") ? "live picture" : "still picture";
    }
  });
  window.addEventListener("resize", draw);
  draw();
})();
