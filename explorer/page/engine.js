// The library in a Worker: asked by name, answers JSON; cancelling ends the Worker and makes another.

const workerCode = `
let engine = null;
const waiting = [];
function work({ id, verb, request }) {
  try {
    postMessage({ id, text: engine.ccall("resdyn_" + verb, "string", ["string"], [request]) });
  } catch (error) {
    postMessage({ id, failed: String(error && error.message || error) });
  }
}
onmessage = async ({ data }) => {
  if (data.wasm) {
    engine = await resdynEngine({ wasmBinary: data.wasm });
    waiting.splice(0).forEach(work);
  } else if (engine) {
    work(data);
  } else {
    waiting.push(data);
  }
};
`;

export class Cancelled extends Error {}

export class Engine {
  /** glue: emscripten's script; wasm: the module's bytes. */
  constructor(glue, wasm) {
    this.source = URL.createObjectURL(new Blob([glue, workerCode], { type: "text/javascript" }));
    this.wasm = wasm;
    this.number = 0;
    this.asked = new Map();
    this.start();
  }

  start() {
    this.worker = new Worker(this.source);
    this.worker.onmessage = ({ data }) => {
      const { resolve, reject } = this.asked.get(data.id);
      this.asked.delete(data.id);
      if (data.failed !== undefined) {
        this.cancel(); // what failed in the middle is in no state to go on
        reject(new Error(data.failed));
        return;
      }
      const answer = JSON.parse(data.text);
      if (answer.error !== undefined) {
        reject(new Error(answer.error));
      } else {
        resolve(answer);
      }
    };
    this.worker.postMessage({ wasm: this.wasm });
  }

  ask(verb, request) {
    return new Promise((resolve, reject) => {
      const id = ++this.number;
      this.asked.set(id, { resolve, reject });
      this.worker.postMessage({ id, verb, request: JSON.stringify(request) });
    });
  }

  get busy() {
    return this.asked.size > 0;
  }

  cancel() {
    this.worker.terminate();
    const asked = [...this.asked.values()];
    this.asked.clear();
    this.start();
    asked.forEach(({ reject }) => reject(new Cancelled("cancelled")));
  }
}

/** The bytes of base64 text, unzipped. */
export async function unpacked(base64) {
  const zipped = Uint8Array.from(atob(base64.trim()), (c) => c.charCodeAt(0));
  if (typeof DecompressionStream === "undefined") {
    throw new Error("expected a browser of 2023 or later (DecompressionStream), got an older one");
  }
  const stream = new Blob([zipped]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
