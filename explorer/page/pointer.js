// The hand on a picture: hover, click, drag, wheel, two fingers, keys.

const reach = 14; // px around an equilibrium that answer the pointer
const still = 5;  // px that a click may move

export function listenToStage(canvases, page) {
  for (const canvas of canvases) {
    listen(canvas, page);
  }
}

function listen(canvas, page) {
  const fingers = new Map();
  let drag = null, pinch = null;
  const where = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const near = (x, y) => {
    const places = page.figureOf(canvas) ? page.figureOf(canvas).places : [];
    let best = null, distance = reach;
    for (const place of places) {
      const d = Math.hypot(place.x - x, place.y - y);
      if (d <= distance) {
        best = place;
        distance = d;
      }
    }
    return best;
  };
  const chart = () => (page.figureOf(canvas) ? page.figureOf(canvas).chart : null);

  canvas.addEventListener("pointerdown", (event) => {
    const [x, y] = where(event);
    fingers.set(event.pointerId, [x, y]);
    if (event.isTrusted) {
      canvas.setPointerCapture(event.pointerId);
    }
    if (fingers.size === 2) {
      const [a, b] = [...fingers.values()];
      pinch = Math.hypot(a[0] - b[0], a[1] - b[1]);
      drag = null;
    } else {
      drag = { x, y, window: page.window(), turn: page.turned(), moved: false };
    }
  });
  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = where(event);
    if (fingers.has(event.pointerId)) {
      fingers.set(event.pointerId, [x, y]);
    }
    if (pinch !== null && fingers.size === 2) {
      const [a, b] = [...fingers.values()];
      const apart = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (Math.abs(apart - pinch) > 4 && chart()) {
        page.zoom(pinch / apart, chart().at((a[0] + b[0]) / 2, (a[1] + b[1]) / 2));
        pinch = apart;
      }
      return;
    }
    if (!drag) {
      const place = near(x, y);
      page.hover(place, canvas, place ? place.x : 0, place ? place.y : 0);
      return;
    }
    const dx = x - drag.x, dy = y - drag.y;
    if (!drag.moved && Math.hypot(dx, dy) > still) {
      if (event.pointerType === "touch" && Math.abs(dy) > Math.abs(dx)) {
        drag = null; // upwards and downwards a finger scrolls the page (touch-action: pan-y)
        return;
      }
      drag.moved = true;
    }
    if (!drag.moved) {
      return;
    }
    page.hover(null);
    if (page.isCube()) {
      page.turn([drag.turn[0] - dx * 0.5, Math.max(-90, Math.min(90, drag.turn[1] + dy * 0.5))]);
    } else if (drag.window && chart()) {
      const { frame, window } = chart();
      const sx = (dx / frame.width) * (window[1] - window[0]), sy = (dy / frame.height) * (window[3] - window[2]);
      const [x0, x1, y0, y1] = drag.window;
      page.pan([x0 - sx, x1 - sx, y0 + sy, y1 + sy].map((value) => Number(value.toPrecision(9))));
    }
  });
  const lift = (event, isClick) => {
    fingers.delete(event.pointerId);
    if (fingers.size < 2) {
      pinch = null;
    }
    const clicked = isClick && drag && !drag.moved;
    drag = null;
    if (clicked) {
      const [x, y] = where(event);
      const place = near(x, y);
      page.hover(place, canvas, place ? place.x : 0, place ? place.y : 0);
      if (!place && chart() && chart().has(x, y)) {
        page.click(chart().at(x, y));
      }
    }
  };
  canvas.addEventListener("pointerup", (event) => lift(event, true));
  canvas.addEventListener("pointercancel", (event) => lift(event, false));
  canvas.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") { // a finger leaves as it is lifted: what it has asked for stays
      page.hover(null);
    }
  });
  canvas.addEventListener("wheel", (event) => {
    if (chart() && page.window()) {
      event.preventDefault();
      const [x, y] = where(event);
      page.zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300))), chart().at(x, y));
    }
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const window = page.window();
    if (way && page.isCube()) {
      event.preventDefault();
      const turn = page.turned();
      page.turn([turn[0] + 5 * way[0], Math.max(-90, Math.min(90, turn[1] + 5 * way[1]))]);
    } else if (way && window) {
      event.preventDefault();
      const [x0, x1, y0, y1] = window;
      const now = page.cursor() ?? [(x0 + x1) / 2, (y0 + y1) / 2];
      const share = event.shiftKey ? 0.1 : 0.02;
      page.setCursor([now[0] + way[0] * share * (x1 - x0), now[1] + way[1] * share * (y1 - y0)]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (window && page.cursor()) { // else no place is meant
        page.click(page.cursor());
      } else {
        page.startRandom();
      }
    } else if (event.key === "+" || event.key === "=") {
      page.zoom(0.8);
    } else if (event.key === "-") {
      page.zoom(1.25);
    } else if (event.key === "0") {
      page.whole();
    }
  });
}
