// What the page reads and writes without the library: pasted matrices, addresses, safetensors, CSV.
import assert from "node:assert/strict";
import { matrixFromText, squareFromText } from "../../explorer/page/matrix_text.js";
import { History, addressOf, newState, product, stateFrom } from "../../explorer/page/state.js";
import { isSafetensors, networkFromSafetensors } from "../../explorer/page/safetensors.js";
import { complex, numberFrom, short, ticks } from "../../explorer/page/numbers.js";
import { commandLines, pythonLines } from "../../explorer/page/repeat.js";
import { equilibriaCsv } from "../../explorer/page/csv.js";

const W = [[1, -2], [-2.5, 1e-3]];
for (const text of [
  "[[1, -2], [-2.5, 1e-3]]", "array([[ 1.  , -2.   ],\n       [-2.5 ,  0.001]])", "np.array([[1,-2],[-2.5,0.001]], dtype=float64)",
  "[[ 1.    -2.   ]\n [-2.5    0.001]]", "1,-2\n-2.5,0.001\n", "1\t-2\n-2.5\t0.001", "1\t-2\r\n-2,5\t0,001\r\n", "1;-2\n-2,5;0,001", "1 -2\n-2.5 .001",
  "[1 -2; -2.5 0.001]", "1,-2;-2.5,0.001", "\uFEFF# weights\n1,−2\n−2.5,0.001", "1, -2,\n-2.5, 0.001,"]) {
  assert.deepEqual(matrixFromText(text), W, text);
}
for (const [text, says] of [["1,2\n3", /row 1: expected 2 numbers, got 1/], ["1,x\n2,3", /row 0, column 1: expected a number, got “x”/],
  ["", /expected a matrix, got nothing/], ["1,nan\n2,3", /row 0, column 1/], ["1,1e999\n2,3", /row 0, column 1/]]) {
  assert.throws(() => matrixFromText(text), (error) => says.test(error.message) && !error.message.includes("\n"), text);
}
assert.throws(() => squareFromText("1,2\n3,4\n5,6"), /expected a square matrix, got 3×2/);

assert.equal(numberFrom(" −1.5 "), -1.5);
assert.throws(() => numberFrom("0x10"), /expected a number/);
assert.throws(() => numberFrom(""), /expected a number/);
assert.equal(short(-0.123456), "−0.1235");
assert.equal(short("infinity"), "∞");
assert.equal(complex([1, -2]), "1 − 2i");
assert.deepEqual(ticks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);

// an address holds the whole state
const state = newState({ name: "a & b", W: [[1, -2, 0.1], [0, 1e-7, 3], [-1, 2, 1]] });
Object.assign(state, { activation: "tanh", step: 0.25, view: "cube", window: [0, 0.5, -1, 0.25], starts: [{ y: [0.1, 0.2, 0.3] }, { u: [1, 2, -3] }],
  path: { name: "coupling", i: 0, j: 2, from: -1, to: 2, alpha: 0.123456789012345 }, turn: [10, -5], unit: 2, b: [1, 0, 0] });
state.show.field = false;
const back = stateFrom(addressOf(state));
assert.equal(addressOf(back), addressOf(state));
assert.deepEqual(back.path, state.path);
assert.deepEqual(back.W, state.W);
assert.deepEqual(back.starts, state.starts);
assert.throws(() => stateFrom("W=1,2"), /square/);
assert.throws(() => stateFrom("W=1,x;2,3"), /row 0, column 1/);

const history = new History("a");
history.add("b");
history.add("c", "drag");
history.add("d", "drag");
assert.equal(history.undo(), "b");
assert.equal(history.undo(), "a");
assert.equal(history.undo(), null);
assert.equal(history.redo(), "b");
history.add("e");
assert.equal(history.redo(), null);

// safetensors: two matrices in float32, metadata
function safetensors(tensors, metadata) {
  const header = { __metadata__: metadata }, parts = [];
  let offset = 0;
  for (const [name, dtype, shape, bytes] of tensors) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.byteLength] };
    parts.push(Buffer.from(bytes.buffer));
    offset += bytes.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(text.length, 0);
  const all = Buffer.concat([length, text, ...parts]);
  return all.buffer.slice(all.byteOffset, all.byteOffset + all.byteLength);
}
const file = safetensors([["A", "F32", [1, 2], new Float32Array([0.5, -1])], ["B", "F64", [2, 1], new Float64Array([2, 3])],
  ["b", "F16", [2], new Uint16Array([0x3c00, 0xc000])]], { activation: "Tanh", step: "0.5" });
assert.ok(isSafetensors(file));
const network = networkFromSafetensors(file);
assert.deepEqual(network, { A: [[0.5, -1]], B: [[2], [3]], b: [1, -2], activation: "tanh", step: 0.5 });
assert.deepEqual(product(network.B, network.A), [[1, -2], [1.5, -3]]);
assert.throws(() => networkFromSafetensors(safetensors([["weight", "F32", [1], new Float32Array([1])]], {})), /expected a tensor W.*got weight/);

const plain = newState({ name: "W", W: [[1, 2], [3, 4]], starts: [{ y: [0.1, 0.2] }] });
assert.deepEqual(commandLines(plain, []), ["printf '1,2\\n3,4\\n' > W.csv",
  'resdyn portrait --weights W.csv --activation logistic --step 1 --y0 "0.1,0.2" --t-end 40 --layers 20',
  "resdyn equilibria --weights W.csv --activation logistic --step 1 --method atlas"]);
assert.ok(pythonLines(plain).some((line) => line.includes("y0=[[0.1, 0.2]]")));
const csv = equilibriaCsv([{ pattern: "HL", type: "stable_node", residual: 0, y: [1, 0], flow_eigenvalues: [[-1, 0], [-2, 0]],
  multipliers: [[0.5, 0], [0.25, 0]], clocks: null }]).trim().split("\n");
assert.equal(csv[0].split(",").length, csv[1].split(",").length);
console.log("text_test: done");
