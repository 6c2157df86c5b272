"""What do the attractors of compact networks mean? Their steady residuals as pictures.

Usage: compact_attractors.py DIR … --data D [--image 28x28] [--units K] [--most N] [--svg FILE]
Each DIR holds model/ and analysis/ of one network, as compact_study.py leaves them. A row of pictures
for each attractor y* other than 0 at which inputs of the analysis came to rest, most inputs first:
what the inputs that end there have in common (their mean less the mean of all inputs followed), what
the active units look at together (the sum of y*_i times row i of B), the steady residual A y* that each
layer adds to x, receptive fields of the K most active units, and the evidence VA y* a layer gathers for
each class. A picture is scaled by its largest entry: orange above 0, blue below. Prints the same as a
table and writes FILE. D: the folder of IDX files that was analysed.
"""
import argparse
import base64
import csv
import gzip
import json
import pathlib
import struct
import zlib

arguments = argparse.ArgumentParser()
arguments.add_argument("folders", nargs="+", type=pathlib.Path)
arguments.add_argument("--data", type=pathlib.Path, required=True)
arguments.add_argument("--image", default="28x28")
arguments.add_argument("--units", type=int, default=5)
arguments.add_argument("--most", type=int, default=6)
arguments.add_argument("--svg", type=pathlib.Path, default="compact_attractors.svg")
given = arguments.parse_args()
rows_of_image, columns_of_image = map(int, given.image.split("x"))


def tensors(path):
    """{name: list of rows} of a safetensors file of 32- or 64-bit floats."""
    raw = path.read_bytes()
    length = struct.unpack_from("<Q", raw)[0]
    found = {}
    for name, entry in json.loads(raw[8:8 + length]).items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        kind = {"F32": "f", "F64": "d"}[entry["dtype"]]
        flat = struct.unpack(f"<{(end - begin) // struct.calcsize(kind)}{kind}",
                             raw[8 + length + begin:8 + length + end])
        width = entry["shape"][-1]
        found[name] = [flat[k:k + width] for k in range(0, len(flat), width)]
    return found


def images():
    path = next(p for p in sorted(given.data.iterdir())
                if p.name.startswith("t10k-images") and p.suffix in ("", ".gz"))
    raw = path.read_bytes()
    raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
    size = rows_of_image * columns_of_image
    assert struct.unpack_from(">4I", raw)[2:] == (rows_of_image, columns_of_image)
    return lambda k: raw[16 + k * size:16 + (k + 1) * size]


def mean(pictures):
    return [sum(pixels) / len(pictures) / 255 for pixels in zip(*pictures)]


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector)) for row in matrix]


def name_of(folder):
    trained = json.loads((folder / "model/results.json").read_text())
    network, training = trained["network"], trained["training"]
    words = [f'{network["activation"]} M = {network["hidden_width"]}',
             f'T = {network["step"] * network["depth"]:g}', f'{training["epochs"]} epochs']
    if training["weight_decay"]:
        words.append(f'decay {training["weight_decay"]:g}')
    return ", ".join([*words, f'seed {training["seed"]}'])


def attractors(folder, image):
    """One entry an end at which inputs rest, most inputs first, with the pictures of it."""
    model = tensors(folder / "model/model.safetensors")
    analysis = json.loads((folder / "analysis/results.json").read_text())
    with open(folder / "analysis/endings.csv", newline="") as file:
        endings = list(csv.DictReader(file))
    everything = mean([image(int(line["sample"])) for line in endings])
    found = []
    for number, group in enumerate(analysis["settled"]["groups"], start=1):
        y = group["y"]
        if max(map(abs, y)) < 1e-6:
            continue
        own = mean([image(int(line["sample"])) for line in endings if line["group"] == str(number)])
        residual = times(model["A"], y)
        active = sorted(range(len(y)), key=lambda i: -abs(y[i]))[:given.units]
        found.append({
            "network": name_of(folder), "share": group["share"]["value"], "type": group["type"],
            "by_class": group["by_class"], "evidence": times(model["V"], residual),
            "active": sum(abs(v) > 0.5 for v in y), "units": [(i, y[i]) for i in active],
            "inputs": [a - b for a, b in zip(own, everything)],
            "looks at": times(zip(*model["B"]), y), "adds": residual,
            "fields": [model["B"][i] for i in active]})
    return sorted(found, key=lambda a: -a["share"])


def png(picture):
    """A data URI: white at 0, orange at the largest entry, blue at minus that."""
    largest = max(map(abs, picture)) or 1
    raw = bytearray()
    for row in range(rows_of_image):
        raw.append(0)
        for value in picture[row * columns_of_image:(row + 1) * columns_of_image]:
            far = (213, 94, 0) if value > 0 else (0, 114, 178)
            raw += bytes(round(255 + abs(value) / largest * (c - 255)) for c in far)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">2I5B", columns_of_image, rows_of_image, 8, 2, 0, 0, 0)
    whole = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(raw), 9)) \
        + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(whole).decode()


def svg(found):
    side, gap, top, high = 84, 10, 26, 126
    columns = ["its inputs", "the units look at", "each layer adds"] + \
        [f"active unit {k + 1}" for k in range(given.units)] + ["evidence a layer"]
    width = gap + len(columns) * (side + gap) + 40
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top + high * len(found)}" '
             'font-family="Helvetica, Arial, sans-serif" font-size="9" fill="#222222">',
             f'<rect width="{width}" height="{top + high * len(found)}" fill="#ffffff"/>']
    for k, title in enumerate(columns):
        lines.append(f'<text x="{gap + k * (side + gap)}" y="16">{title}</text>')
    for row, a in enumerate(found):
        y = top + row * high
        for k, picture in enumerate([a["inputs"], a["looks at"], a["adds"], *a["fields"]]):
            x = gap + k * (side + gap)
            lines.append(f'<image x="{x}" y="{y}" width="{side}" height="{side}" '
                         f'image-rendering="pixelated" href="{png(picture)}"/>')
            lines.append(f'<rect x="{x}" y="{y}" width="{side}" height="{side}" fill="none" stroke="#999999"/>')
            if k >= 3:
                unit, value = a["units"][k - 3]
                lines.append(f'<text x="{x}" y="{y + side + 11}">unit {unit}: y* = {value:.2f}</text>')
        x, middle = gap + (3 + len(a["fields"])) * (side + gap), y + side / 2
        largest = max(map(abs, a["evidence"])) or 1
        wide = (side + 40) / len(a["evidence"])
        for k, value in enumerate(a["evidence"]):
            tall = abs(value) / largest * side / 2
            lines.append(f'<rect x="{x + k * wide:.1f}" y="{middle - tall if value > 0 else middle:.1f}" '
                         f'width="{wide - 2:.1f}" height="{tall:.1f}" '
                         f'fill="{"#D55E00" if value > 0 else "#0072B2"}"/>')
            lines.append(f'<text x="{x + k * wide + wide / 2 - 3:.1f}" y="{y + side + 11}">{k}</text>')
        lines.append(f'<text x="{gap}" y="{y + side + 11}">{a["network"]}</text>')
        lines.append(f'<text x="{gap}" y="{y + side + 23}">{a["share"]:.1%} of the inputs end here; '
                     f'|y*| above ½ in {a["active"]} units</text>')
    return "\n".join([*lines, "</svg>\n"])


picture_of = images()
listed = [a for folder in given.folders for a in attractors(folder, picture_of)]
for a in listed:
    order = sorted(range(len(a["evidence"])), key=lambda c: -a["evidence"][c])
    print(f'{a["network"]}: {a["share"]:.3f} of the inputs, {a["type"]}, evidence for class {order[0]} '
          f'(margin {a["evidence"][order[0]] - a["evidence"][order[1]]:.3g} before {order[1]}), '
          f'inputs by class {a["by_class"]}')
given.svg.write_text(svg(sorted(listed, key=lambda a: -a["share"])[:given.most]))
