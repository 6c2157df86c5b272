// A picture as a list of marks in px, painted on a canvas or written as SVG: what is seen is what is
// exported.
import { ticks, short } from "./numbers.js";

export class Scene {
  constructor(width, height, colours) {
    this.width = width;
    this.height = height;
    this.colours = colours;
    this.marks = [];
  }

  /** points: [[x, y] | null …]; null lifts the pen. */
  line(points, colour, width = 1.5, { dash = [], opacity = 1, fill = null, close = false } = {}) {
    this.marks.push({ kind: "line", points, colour, width, dash, opacity, fill, close });
  }

  /** Lines of one colour and width, each of two points, flat: x0, y0, x1, y1, … */
  strokes(flat, colour, width) {
    this.marks.push({ kind: "strokes", flat, colour, width });
  }

  cell(x, y, width, height, colour, opacity) {
    this.marks.push({ kind: "cell", x, y, width, height, colour, opacity });
  }

  dot(x, y, radius, colour, { rim = null, rimWidth = 1, opacity = 1 } = {}) {
    this.marks.push({ kind: "dot", x, y, radius, colour, rim, rimWidth, opacity });
  }

  symbol(x, y, shape, size, colour, inside) {
    const corners = [];
    for (let k = 0; k < shape.corners; ++k) {
      const angle = shape.turn + (2 * Math.PI * k) / shape.corners;
      corners.push([x + 1.2 * size * Math.cos(angle), y + 1.2 * size * Math.sin(angle)]);
    }
    const fill = shape.filled ? colour : inside;
    if (shape.corners === 0) {
      this.dot(x, y, size, fill, { rim: colour, rimWidth: 1.8 });
    } else {
      this.line(corners, colour, 1.8, { fill, close: true });
    }
  }

  /** What follows is cut to the frame, until unclip. */
  clip(frame) {
    this.marks.push({ kind: "clip", frame });
  }

  unclip() {
    this.marks.push({ kind: "unclip" });
  }

  text(x, y, text, { anchor = "middle", size = 12, colour = null, italic = false, rim = true } = {}) {
    this.marks.push({ kind: "text", x, y, text, anchor, size, colour: colour ?? this.colours.soft, italic, rim });
  }

  /** Ticks and names along the lower and left edge of the frame {left, top, width, height}. */
  axes(frame, [x0, x1, y0, y1], names) {
    const { left, top, width, height } = frame;
    const bottom = top + height;
    this.line([[left, top], [left + width, top], [left + width, bottom], [left, bottom]], this.colours.line, 1, { close: true });
    for (const value of ticks(x0, x1)) {
      const x = left + ((value - x0) / (x1 - x0)) * width;
      this.line([[x, bottom], [x, bottom + 4]], this.colours.soft, 1);
      this.text(x, bottom + 17, short(value));
    }
    for (const value of ticks(y0, y1)) {
      const y = bottom - ((value - y0) / (y1 - y0)) * height;
      this.line([[left - 4, y], [left, y]], this.colours.soft, 1);
      this.text(left - 7, y + 4, short(value), { anchor: "end" });
    }
    this.text(left + width / 2, bottom + 34, names[0], { size: 14, colour: this.colours.ink, italic: true });
    this.text(left - 8, top - 8, names[1], { size: 14, colour: this.colours.ink, italic: true });
  }
}

function trace(pen, points, close) {
  let down = false;
  for (const point of points) {
    if (point === null) {
      down = false;
    } else if (down) {
      pen.lineTo(point[0], point[1]);
    } else {
      pen.moveTo(point[0], point[1]);
      down = true;
    }
  }
  if (close) {
    pen.closePath();
  }
}

export function paint(scene, canvas, scale) {
  const wide = Math.round(scene.width * scale), high = Math.round(scene.height * scale);
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.globalAlpha = 1;
  pen.fillStyle = scene.colours.paper;
  pen.fillRect(0, 0, scene.width, scene.height);
  pen.lineJoin = "round";
  for (const mark of scene.marks) {
    pen.globalAlpha = mark.opacity ?? 1;
    if (mark.kind === "clip") {
      pen.save();
      pen.beginPath();
      pen.rect(mark.frame.left, mark.frame.top, mark.frame.width, mark.frame.height);
      pen.clip();
    } else if (mark.kind === "unclip") {
      pen.restore();
    } else if (mark.kind === "cell") {
      pen.fillStyle = mark.colour;
      pen.fillRect(mark.x, mark.y, mark.width, mark.height);
    } else if (mark.kind === "strokes") {
      pen.strokeStyle = mark.colour;
      pen.lineWidth = mark.width;
      pen.beginPath();
      for (let k = 0; k < mark.flat.length; k += 4) {
        pen.moveTo(mark.flat[k], mark.flat[k + 1]);
        pen.lineTo(mark.flat[k + 2], mark.flat[k + 3]);
      }
      pen.stroke();
    } else if (mark.kind === "line") {
      pen.beginPath();
      trace(pen, mark.points, mark.close);
      if (mark.fill) {
        pen.fillStyle = mark.fill;
        pen.fill();
      }
      if (mark.width > 0) {
        pen.strokeStyle = mark.colour;
        pen.lineWidth = mark.width;
        pen.setLineDash(mark.dash);
        pen.stroke();
        pen.setLineDash([]);
      }
    } else if (mark.kind === "dot") {
      pen.beginPath();
      pen.arc(mark.x, mark.y, mark.radius, 0, 2 * Math.PI);
      pen.fillStyle = mark.colour;
      pen.fill();
      if (mark.rim) {
        pen.strokeStyle = mark.rim;
        pen.lineWidth = mark.rimWidth;
        pen.stroke();
      }
    } else {
      pen.font = `${mark.italic ? "italic " : ""}${mark.size}px system-ui, sans-serif`;
      pen.textAlign = { middle: "center", end: "right", start: "left" }[mark.anchor];
      if (mark.rim) {
        pen.strokeStyle = scene.colours.paper;
        pen.lineWidth = 3;
        pen.strokeText(mark.text, mark.x, mark.y);
      }
      pen.fillStyle = mark.colour;
      pen.fillText(mark.text, mark.x, mark.y);
    }
  }
  pen.globalAlpha = 1;
}

const safe = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const at = (value) => Number(value.toFixed(2));

function pathOf(points, close) {
  let text = "", down = false;
  for (const point of points) {
    if (point === null) {
      down = false;
    } else {
      text += `${down ? "L" : "M"}${at(point[0])} ${at(point[1])}`;
      down = true;
    }
  }
  return close ? text + "Z" : text;
}

/** A picture as it stands alone; `title` and `about` are read by screen readers. */
export function svgText(scenes, title, about) {
  const width = scenes.reduce((sum, scene) => sum + scene.width, 0);
  const height = Math.max(...scenes.map((scene) => scene.height));
  const parts = [`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif">`,
    `<title>${safe(title)}</title><desc>${safe(about)}</desc>`];
  let left = 0, frames = 0;
  for (const scene of scenes) {
    parts.push(`<g transform="translate(${left} 0)"><rect width="${scene.width}" height="${scene.height}" fill="${scene.colours.paper}"/>`);
    left += scene.width;
    for (const mark of scene.marks) {
      const opacity = (mark.opacity ?? 1) < 1 ? ` opacity="${mark.opacity}"` : "";
      if (mark.kind === "clip") {
        const { left: x, top: y, width: w, height: h } = mark.frame;
        parts.push(`<clipPath id="frame-${++frames}"><rect x="${x}" y="${y}" width="${w}" height="${h}"/></clipPath><g clip-path="url(#frame-${frames})">`);
      } else if (mark.kind === "unclip") {
        parts.push("</g>");
      } else if (mark.kind === "cell") {
        parts.push(`<rect x="${at(mark.x)}" y="${at(mark.y)}" width="${at(mark.width)}" height="${at(mark.height)}" fill="${mark.colour}"${opacity}/>`);
      } else if (mark.kind === "strokes") {
        const points = [];
        for (let k = 0; k < mark.flat.length; k += 4) {
          points.push([mark.flat[k], mark.flat[k + 1]], [mark.flat[k + 2], mark.flat[k + 3]], null);
        }
        parts.push(`<path d="${pathOf(points)}" fill="none" stroke="${mark.colour}" stroke-width="${mark.width}"/>`);
      } else if (mark.kind === "line") {
        const dash = mark.dash.length ? ` stroke-dasharray="${mark.dash.join(" ")}"` : "";
        parts.push(`<path d="${pathOf(mark.points, mark.close)}" fill="${mark.fill ?? "none"}" stroke="${mark.width > 0 ? mark.colour : "none"}" stroke-width="${mark.width}" stroke-linejoin="round"${dash}${opacity}/>`);
      } else if (mark.kind === "dot") {
        const rim = mark.rim ? ` stroke="${mark.rim}" stroke-width="${mark.rimWidth}"` : "";
        parts.push(`<circle cx="${at(mark.x)}" cy="${at(mark.y)}" r="${at(mark.radius)}" fill="${mark.colour}"${rim}${opacity}/>`);
      } else {
        const rim = mark.rim ? ` stroke="${scene.colours.paper}" stroke-width="3" paint-order="stroke"` : "";
        parts.push(`<text x="${at(mark.x)}" y="${at(mark.y)}" text-anchor="${mark.anchor}" font-size="${mark.size}" fill="${mark.colour}"${rim}${mark.italic ? ' font-style="italic"' : ""}>${safe(mark.text)}</text>`);
      }
    }
    parts.push("</g>");
  }
  return parts.join("\n") + "\n</svg>\n";
}
