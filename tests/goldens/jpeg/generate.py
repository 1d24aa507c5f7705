"""Sizes and losses of libjpeg's files (Pillow, 4:2:0, optimized Huffman codes) of pictures that are made here.

    python3 tests/goldens/jpeg/generate.py
"""
import base64
import io
import json
import pathlib

import numpy as np
from PIL import Image


def pictures():
    random = np.random.default_rng(7)
    y, x = np.mgrid[0:64, 0:96]
    waves = np.stack([np.sin(x / 9 + y / 17), np.cos(x / 23 - y / 7), np.sin((x + y) / 31)], -1)
    yield "waves", waves * 100 + 128 + random.normal(0, 4, waves.shape)
    y, x = np.mgrid[0:32, 0:32]
    disc = ((x - 15) ** 2 + (y - 17) ** 2 < 100)[..., None] * np.array([150, -60, 20]) + np.array([60, 120, 90])
    yield "disc", disc + random.normal(0, 10, disc.shape)
    yield "odd", np.cumsum(random.normal(0, 6, (45, 51, 3)), 1) + 128


def psnr(expected, actual):
    return float(10 * np.log10(255 ** 2 / np.mean((expected.astype(float) - actual.astype(float)) ** 2)))


goldens = []
for name, values in pictures():
    pixels = np.clip(np.round(values), 0, 255).astype(np.uint8)
    files = []
    for quality in (100, 95, 85, 75, 50, 10):
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=quality, optimize=True, subsampling="4:2:0")
        decoded = np.asarray(Image.open(io.BytesIO(file.getvalue())))
        files.append({"quality": quality, "bytes": len(file.getvalue()), "psnr": round(psnr(pixels, decoded), 4),
                      "jpeg": base64.b64encode(file.getvalue()).decode()})
    goldens.append({
        "name": name, "height": pixels.shape[0], "width": pixels.shape[1],
        "pixels": base64.b64encode(pixels.tobytes()).decode(), "files": files,
    })
(pathlib.Path(__file__).parent / "pictures.json").write_text(json.dumps(goldens, indent=1) + "\n")
