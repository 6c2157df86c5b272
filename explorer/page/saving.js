// Files that the page saves: pictures and numbers.
import { paint, svgText } from "./scene.js";
import { diagramCsv, equilibriaCsv, planeCsv, spaceCsv } from "./csv.js";
import { element } from "./tables.js";
import { session } from "./session.js";
import { $ } from "./fields.js";
import { drawn } from "./drawing.js";

function save(name, content, type) {
  const link = element("a", "", { download: name });
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 5000);
}

function pictureCsv() {
  if (session.shown.plane) {
    return planeCsv({ ...session.shown.plane, cycles: session.shown.cycles ?? undefined }, session.shown.runs, session.state.show);
  }
  return spaceCsv(session.state.W.length, session.shown.atlas ? session.shown.atlas.equilibria : [], session.shown.cube ? session.shown.cube.curves : [], session.shown.runs);
}

export function saveAs(kind) {
  const about = `${$("subject").textContent}. ${$("counts").textContent} ${window.location.hash}`;
  const name = session.state.name.replace(/[^\w.-]+/g, "-");
  if (kind === "svg") {
    save(`${name}.svg`, svgText([drawn.figures.flow.scene, drawn.figures.net.scene], "Flow and network", about), "image/svg+xml");
  } else if (kind === "png") {
    const scenes = [drawn.figures.flow.scene, drawn.figures.net.scene], scale = 2;
    const sheet = document.createElement("canvas");
    const part = document.createElement("canvas");
    sheet.width = scale * (scenes[0].width + scenes[1].width);
    sheet.height = scale * Math.max(scenes[0].height, scenes[1].height);
    scenes.forEach((scene, k) => {
      paint(scene, part, scale);
      sheet.getContext("2d").drawImage(part, k * scale * scenes[0].width, 0);
    });
    sheet.toBlob((blob) => save(`${name}.png`, blob), "image/png");
  } else if (kind === "csv") {
    save(`${name}.csv`, pictureCsv(), "text/csv");
  } else if (kind === "atlas") {
    save(`${name}-equilibria.csv`, equilibriaCsv(session.shown.atlas ? session.shown.atlas.equilibria : []), "text/csv");
  } else if (drawn.figures.diagram && kind === "diagram-svg") {
    save(`${name}-path.svg`, svgText([drawn.figures.diagram.scene], "Along the path", about), "image/svg+xml");
  } else if (session.shown.diagram && kind === "diagram-csv") {
    save(`${name}-path.csv`, diagramCsv(session.shown.diagram), "text/csv");
  }
}
