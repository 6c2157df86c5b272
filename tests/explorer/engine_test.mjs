// The library as WebAssembly against the program: node engine_test.mjs PROGRAM BUILD_FOLDER.
// What is decided must be the same; numbers may differ in their last digits, for the machine has no
// fused operations. Exits 77, skipped, where script/explorer has not been run.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const [program, folder] = process.argv.slice(2);
const glue = path.resolve(folder, "engine.js");
if (!fs.existsSync(glue)) {
  console.log("engine_test: expected the explorer's program (script/explorer), got none");
  process.exit(77);
}
const engine = await createRequire(import.meta.url)(glue)({ wasmBinary: fs.readFileSync(path.join(folder, "engine.wasm")) });
const ask = (verb, request) => JSON.parse(engine.ccall(`resdyn_${verb}`, "string", ["string"], [JSON.stringify(request)]));
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "resdyn-explorer-"));
process.on("exit", () => fs.rmSync(scratch, { recursive: true, force: true }));

function resultsOf(verb, system, ...options) {
  const file = path.join(scratch, "W.csv");
  fs.writeFileSync(file, system.W.map((row) => row.join(",")).join("\n") + "\n");
  return JSON.parse(execFileSync(program, [verb, "--weights", file, "--activation", system.activation, "--step", String(system.step),
    "--json", "--quiet", "--out", path.join(scratch, verb), ...options], { encoding: "utf8", maxBuffer: 1 << 28 }));
}

/** Eigenvalues alike, in whatever order: where real parts are equal it hangs on the last digit. */
function sameSpectrum(ours, theirs, where, tolerance) {
  assert.equal(ours.length, theirs.length, where);
  const left = [...ours];
  for (const [re, im] of theirs) {
    const away = left.map((own) => Math.hypot(own[0] - re, own[1] - im));
    const nearest = away.indexOf(Math.min(...away));
    assert.ok(away[nearest] <= tolerance * Math.max(1, Math.hypot(re, im)), `${where}: ${left[nearest]} and ${[re, im]}`);
    left.splice(nearest, 1);
  }
}

const isSpectrum = (value) => Array.isArray(value) && value.length > 0 &&
  value.every((one) => Array.isArray(one) && one.length === 2 && one.every((part) => typeof part === "number"));

/** Words, counts and verdicts alike; numbers with a fraction to `tolerance`, of 1 or of their size. */
function alike(ours, theirs, where, tolerance = 1e-9) {
  if (typeof theirs === "number" && !(Number.isInteger(theirs) && Number.isInteger(ours))) {
    assert.equal(typeof ours, "number", where);
    assert.ok(Math.abs(ours - theirs) <= tolerance * Math.max(1, Math.abs(theirs)), `${where}: ${ours} and ${theirs}`);
  } else if (/eigenvalues|multipliers/.test(where) && isSpectrum(theirs)) {
    sameSpectrum(ours, theirs, where, tolerance);
  } else if (Array.isArray(theirs)) {
    assert.equal(ours.length, theirs.length, where);
    theirs.forEach((value, k) => alike(ours[k], value, `${where}[${k}]`, tolerance));
  } else if (theirs !== null && typeof theirs === "object") {
    for (const [key, value] of Object.entries(theirs)) {
      alike(ours[key], value, `${where}.${key}`, tolerance);
    }
  } else {
    assert.deepEqual(ours, theirs, where);
  }
}

const decided = ["complete", "activation", "step", "dimension", "counts", "singular_patterns", "continua", "attracting_faces", "index_check", "recurrence"];
const listed = ["pattern", "type", "unstable_dimension", "hyperbolic", "on_continuum", "y", "flow_eigenvalues", "multipliers", "clocks"];

function sameAtlas(system, name) {
  const ours = ask("equilibria", system);
  assert.equal(ours.error, undefined, name);
  const theirs = resultsOf("equilibria", system, "--method", "atlas", "--no-figures");
  for (const key of decided) {
    alike(ours[key], theirs[key], `${name}: ${key}`);
  }
  assert.equal(ours.equilibria.length, theirs.equilibria.length, name);
  theirs.equilibria.forEach((equilibrium, k) => {
    for (const key of listed) {
      alike(ours.equilibria[k][key], equilibrium[key], `${name}: ${equilibrium.pattern}.${key}`, 1e-8);
    }
  });
  return ours.equilibria.length;
}

let seed = 20;
const random = () => { // Park, Miller 1988
  seed = (seed * 48271) % 2147483647;
  return seed / 2147483647;
};
const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

// ---- atlas and spectra: every named system, and a hundred drawn ones -----------------------------------
const systems = ask("systems", {});
assert.ok(systems.length >= 10);
let equilibria = 0;
for (const system of systems) {
  equilibria += sameAtlas({ ...system, step: 0.5 }, system.name);
}
for (let k = 0; k < 100; ++k) {
  const n = 1 + Math.floor(6 * random());
  const W = Array.from({ length: n }, () => Array.from({ length: n }, () => Number(gaussian().toFixed(k % 3 === 0 ? 0 : 6))));
  equilibria += sameAtlas({ W, activation: k % 2 ? "tanh" : "logistic", step: [0.1, 0.5, 1][k % 3] }, `drawn ${k}, N = ${n}`);
}
console.log(`${systems.length} named and 100 drawn systems: ${equilibria} equilibria as in results.json`);

// ---- the plane: what lies on it ------------------------------------------------------------------------
for (const name of ["winner-takes-all", "mutual-help", "conservative-pair"]) {
  const system = { ...systems.find((one) => one.name === name), step: 1 };
  const ours = ask("plane", system);
  // the field alone, of any window: at the same places the same arrows
  const whole = ask("field", { ...system, grid: 21, window: ours.slice.window });
  assert.deepEqual(whole.field, ours.drawn.field);
  const theirs = resultsOf("portrait", system, "--no-figures", "--trajectories", "0").portrait;
  for (const key of ["slice", "nullclines", "complete"]) {
    alike(ours[key], theirs[key], `${name}: ${key}`);
  }
  alike(ours.equilibria.map((e) => e.at), theirs.equilibria.map((e) => e.at), name);
  assert.deepEqual(ours.curves.map((c) => [c.kind, c.from, c.end]), theirs.curves.map((c) => [c.kind, c.from, c.end]), name);
  ours.drawn.curves.forEach((curve) => assert.equal(curve.points[0].length, curve.points[1].length));
}

// ---- structure and events ------------------------------------------------------------------------------
for (const name of ["winner-takes-all", "dissipative", "conservative-pair", "heteroclinic-cycle"]) {
  const system = { ...systems.find((one) => one.name === name), step: 0.5 };
  const theirs = resultsOf("interactions", system, "--no-figures").interaction;
  alike(ask("structure", system).verdicts.map((v) => [v.name, v.status, v.network_holds]),
        theirs.verdicts.map((v) => [v.name, v.status, v.network_holds]), name);
}
for (const [name, route] of [["winner-takes-all", "self-coupling"], ["conservative-pair", "symmetry"], ["dissipative", "step"]]) {
  const system = { ...systems.find((one) => one.name === name), step: 0.5 };
  const [from, to] = route === "step" ? [0.05, 2] : [-1.5, 1.75];
  const ours = ask("branches", { ...system, path: { name: route }, from, to, points: 5 });
  const theirs = resultsOf("bifurcations", system, "--path", route, `--from=${from}`, `--to=${to}`, "--no-figures");
  const diagram = theirs.diagram ?? theirs.bifurcations ?? theirs;
  assert.ok(diagram.events.length > 0, name);
  assert.equal(ours.complete, diagram.complete);
  for (const key of ["label", "pattern", "unstable", "exact"]) {
    assert.deepEqual(ours.events.map((e) => e[key]), diagram.events.map((e) => e[key]), `${name}: ${key}`);
  }
  alike(ours.events.map((e) => e.alpha), diagram.events.map((e) => e.alpha), name, 1e-12);
}

// ---- a trajectory on both clocks -------------------------------------------------------------------------
{
  const system = { W: [[1, -1.6], [-1.9, 0.7]], activation: "tanh", step: 0.5 };
  const ours = ask("trajectory", { ...system, start: { y: [0.2, -0.1] }, t_end: 10, samples: 11, layers: 20 });
  const theirs = resultsOf("trajectory", system, "--y0", "0.2,-0.1", "--t-end", "10", "--times", "11", "--no-figures");
  const rows = fs.readFileSync(path.join(scratch, "trajectory", "trajectory.csv"), "utf8").trim().split("\n").map((line) => line.split(","));
  const at = (name) => rows[0].indexOf(name);
  rows.slice(1).forEach((row, k) => {
    for (const i of [0, 1]) {
      assert.ok(Math.abs(ours.flow.y[i][k] - Number(row[at(`y_${i}`)])) < 1e-7, `y_${i} at ${k}`);
    }
  });
  assert.equal(rows.length, 12);
  assert.equal(ours.network.y[0].length, 21);
  assert.ok(theirs);
}

// ---- refusals are one line and name the member ---------------------------------------------------------
for (const [request, name] of [[{ W: [[1, 2]], activation: "tanh", step: 1 }, "W"], [{ W: [[1]], activation: "sine", step: 1 }, "activation"],
  [{ W: [[1]], activation: "tanh", step: "x" }, "step"], [{ W: [[1], [2, 3]], activation: "tanh", step: 1 }, "W"]]) {
  const { error } = ask("equilibria", request);
  assert.ok(error && error.startsWith(name) && !error.includes("\n"), `${name}: ${error}`);
}

// ---- how long ------------------------------------------------------------------------------------------
const W8 = Array.from({ length: 8 }, () => Array.from({ length: 8 }, gaussian));
for (const activation of ["tanh", "logistic"]) {
  const times = [];
  for (let k = 0; k < 3; ++k) {
    const began = performance.now();
    const atlas = ask("equilibria", { W: W8, activation, step: 0.5 });
    times.push(performance.now() - began);
    assert.ok(atlas.complete);
  }
  console.log(`atlas of N = 8, ${activation}: ${times.map((t) => t.toFixed(0)).join(", ")} ms`);
}
console.log(`engine.wasm: ${(fs.statSync(path.join(folder, "engine.wasm")).size / 1e6).toFixed(2)} MB`);
