// W, or A and B, with b, activation and step, from a file in safetensors' format.

function half(bits) {
  const exponent = (bits >> 10) & 31, fraction = bits & 1023, sign = bits >> 15 ? -1 : 1;
  if (exponent === 0) {
    return sign * fraction * 2 ** -24;
  }
  return exponent === 31 ? (fraction ? NaN : sign * Infinity) : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function bfloat(bits) {
  return new Float32Array(new Uint32Array([bits << 16]).buffer)[0];
}

const readers = {
  F64: [8, (view, at) => view.getFloat64(at, true)],
  F32: [4, (view, at) => view.getFloat32(at, true)],
  F16: [2, (view, at) => half(view.getUint16(at, true))],
  BF16: [2, (view, at) => bfloat(view.getUint16(at, true))],
};

export function isSafetensors(buffer) {
  const view = new DataView(buffer);
  return buffer.byteLength > 10 && view.getUint32(4, true) === 0 && view.getUint8(8) === 0x7b &&
    view.getUint32(0, true) <= buffer.byteLength - 8;
}

/** {W | B, A, b, activation, step}; throws one line. */
export function networkFromSafetensors(buffer) {
  const view = new DataView(buffer);
  const length = view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const tensor = (name) => {
    const { dtype, shape, data_offsets: [from] } = header[name];
    if (!(dtype in readers)) {
      throw new Error(`${name}: expected ${Object.keys(readers).join(", ")}, got ${dtype}`);
    }
    const [size, read] = readers[dtype];
    const value = (k) => read(view, 8 + length + from + k * size);
    if (shape.length === 1) {
      return Array.from({ length: shape[0] }, (_, k) => value(k));
    }
    return Array.from({ length: shape[0] }, (_, i) =>
      Array.from({ length: shape[1] }, (_, j) => value(i * shape[1] + j)));
  };
  const has = (name, dimensions) => header[name] && header[name].shape.length === dimensions;
  const network = {};
  if (has("W", 2)) {
    network.W = tensor("W");
  } else if (has("A", 2) && has("B", 2)) {
    network.A = tensor("A");
    network.B = tensor("B");
  } else {
    const names = Object.keys(header).filter((name) => name !== "__metadata__").slice(0, 6);
    throw new Error(`expected a tensor W, or A and B (weights shared by all layers), got ${names.join(", ") || "none"}`);
  }
  if (has("b", 1)) {
    network.b = tensor("b");
  }
  const metadata = header.__metadata__ ?? {};
  if (metadata.activation) {
    network.activation = metadata.activation.toLowerCase().replace("sigmoid", "logistic");
  }
  if (Number(metadata.step) > 0) {
    network.step = Number(metadata.step);
  }
  return network;
}
