// Colours of the program's figures (Okabe, Ito 2008), told apart by people with any colour vision,
// and for dark paper lighter ones of the same hue.

const onLight = {
  paper: "#ffffff", ink: "#1d2329", soft: "#5b6670", line: "#d9dee3",
  nullcline: ["#D55E00", "#0072B2"], unstable: "#7A2E8E", stable: "#00573F", ray: "#4D4D4D",
  field: [[186, 199, 209], [134, 159, 177], [70, 104, 126]], marker: "#000000",
  path: ["#009E73", "#CC79A7", "#E69F00", "#0072B2", "#882255", "#56B4E9"],
};
const onDark = {
  paper: "#171b1f", ink: "#e4e8eb", soft: "#9aa6b0", line: "#343c44",
  nullcline: ["#F08A3C", "#56B4E9"], unstable: "#CF9BE0", stable: "#5CC8A4", ray: "#B0B0B0",
  field: [[88, 103, 116], [126, 149, 166], [178, 202, 220]], marker: "#ffffff",
  path: ["#2FCB9B", "#E39BC6", "#F2B233", "#56B4E9", "#C4608F", "#9AD3F5"],
};

export function palette(isDark) {
  return isDark ? onDark : onLight;
}

/** A colour chosen for white paper, on dark paper lighter and of the same hue. */
export function onPaper(colour, isDark) {
  const parts = [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16));
  return isDark ? `rgb(${parts.map((c) => Math.round(c + 0.35 * (255 - c))).join(",")})` : colour;
}

export function fieldColour(colours, share) {
  const at = 2 * Math.min(1, Math.max(0, share));
  const k = Math.min(1, Math.floor(at));
  const [a, b] = [colours.field[k], colours.field[k + 1]];
  return `rgb(${a.map((c, i) => Math.round(c + (at - k) * (b[i] - c))).join(",")})`;
}

/** Of attractors, in the order in which maps of basins have them. */
export const basinColours = ["#56B4E9", "#E69F00", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"];

/** The marker of each type: corners (0: a circle), turned by, filled. */
export const markers = {
  "stable node": { corners: 0, turn: 0, filled: true },
  "stable focus": { corners: 5, turn: -Math.PI / 2, filled: true },
  "saddle": { corners: 4, turn: 0, filled: false },
  "unstable node": { corners: 0, turn: 0, filled: false },
  "unstable focus": { corners: 5, turn: -Math.PI / 2, filled: false },
  "center": { corners: 4, turn: Math.PI / 4, filled: false },
  "non-hyperbolic": { corners: 3, turn: -Math.PI / 2, filled: false },
};

/** "stable_node" of results.json, for people and for the marker. */
export function typeName(type) {
  return type === "non_hyperbolic" ? "non-hyperbolic" : type.replace(/_/g, " ");
}
