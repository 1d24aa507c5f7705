#!/usr/bin/env python3
"""Trains the demo's road-sign student and teacher and writes them as ONNX with BatchNormalization kept.

    edgeadapt roadsigns --out DIR        # draws the pictures: train_images.npy, train_labels.npy, drift/
    python3 train.py --data DIR          # writes student.onnx, teacher.onnx, *.json, log.json beside this file

Needs Debian's python3-torch (1.13) and python3-onnx; runs on one CPU core in about ten minutes. The same data, seed and
library versions give the same models.

Both train on pictures of a clear day. The student sees mild changes of place and light. The teacher, which stands for a
foundation model that has seen more of the world, also sees generic corruptions (noise, blur, contrast, brightness,
occlusion), but none of the drift conditions as the demo draws them.
"""
import argparse
import json
import os
import time

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from torch import nn

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
LABELS = ["stop", "yield", "speed_limit_30", "speed_limit_50", "no_entry", "priority_road", "turn_left", "turn_right",
          "pedestrian_crossing", "roadworks"]
CONDITIONS = ["clean", "fog", "low_light", "motion_blur", "rain", "snow"]
BATCH = 128


class Block(nn.Module):
    """Two 3x3 convolutions with a shortcut (He et al. 2016), a 1x1 convolution in it where the shape changes."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.shortcut(x))


class ResNet(nn.Module):
    """Three stages at 32, 16 and 8 pixels."""

    def __init__(self, widths, blocks):
        super().__init__()
        self.stem = nn.Conv2d(3, widths[0], 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(widths[0])
        stages = []
        inputs = widths[0]
        for stage, (width, count) in enumerate(zip(widths, blocks)):
            for i in range(count):
                stages.append(Block(inputs, width, 2 if stage > 0 and i == 0 else 1))
                inputs = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(widths[-1], len(LABELS))

    def forward(self, x):
        x = self.stages(F.relu(self.bn(self.stem(x))))
        return self.head(F.adaptive_avg_pool2d(x, 1).flatten(1))


MODELS = {
    "student": dict(widths=(12, 24, 48), blocks=(1, 2, 2), epochs=10, rate=0.1, augmentation="mild"),
    "teacher": dict(widths=(24, 48, 96), blocks=(1, 2, 2), epochs=14, rate=0.1, augmentation="strong"),
}


def normalize(pixels):
    """uint8 [N, H, W, 3] -> float32 [N, 3, H, W]."""
    x = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255
    return (x - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(STD).view(1, 3, 1, 1)


def shift(x, generator, most=2):
    """The same random shift for a whole batch: cheap, and over an epoch every picture sees many."""
    dy, dx = (int(torch.randint(-most, most + 1, (1,), generator=generator)) for _ in range(2))
    padded = F.pad(x, (most, most, most, most), mode="replicate")
    return padded[:, :, most + dy:most + dy + x.shape[2], most + dx:most + dx + x.shape[3]]


def uniform(n, low, high, generator):
    return torch.rand(n, 1, 1, 1, generator=generator) * (high - low) + low


def mild(x, generator):
    """x in 0..1."""
    x = shift(x, generator)
    return (x * uniform(len(x), 0.9, 1.1, generator)).clamp(0, 1)


def strong(x, generator):
    """Generic corruptions, each on a random part of the batch, a quarter of which stays as it is; x in 0..1."""
    x = shift(x, generator)
    n = len(x)
    kept = x

    def some(share):
        return (torch.rand(n, 1, 1, 1, generator=generator) < share).float()

    x = x * uniform(n, 0.35, 1.15, generator)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (x - mean) * uniform(n, 0.35, 1.15, generator) + some(0.4) * uniform(n, -0.1, 0.3, generator)
    grey = x.mean(1, keepdim=True)
    x = x + some(0.3) * uniform(n, 0, 0.8, generator) * (grey - x)
    soft = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
    soft = F.avg_pool2d(F.pad(soft, (1, 1, 1, 1), mode="replicate"), 3, 1)
    x = x + some(0.3) * uniform(n, 0.3, 1, generator) * (soft - x)
    x = x + some(0.4) * uniform(n, 0, 0.09, generator) * torch.randn(x.shape, generator=generator)
    for _ in range(2):
        size = int(torch.randint(3, 8, (1,), generator=generator))
        top, left = (int(torch.randint(0, 32 - size, (1,), generator=generator)) for _ in range(2))
        hidden = some(0.2)
        patch = x[:, :, top:top + size, left:left + size]
        x[:, :, top:top + size, left:left + size] = patch * (1 - hidden) + hidden * torch.rand(n, 3, 1, 1, generator=generator)
    changed = some(0.75)
    return (kept + changed * (x - kept)).clamp(0, 1)


def batches(images, labels, augmentation, generator):
    order = torch.randperm(len(images), generator=generator)
    mean, std = torch.tensor(MEAN).view(1, 3, 1, 1), torch.tensor(STD).view(1, 3, 1, 1)
    change = {"mild": mild, "strong": strong}[augmentation]
    for start in range(0, len(order) - BATCH + 1, BATCH):
        chosen = order[start:start + BATCH]
        x = images[chosen].permute(0, 3, 1, 2).float() / 255
        yield (change(x, generator) - mean) / std, labels[chosen]


def accuracy(model, pixels, labels):
    model.eval()
    with torch.no_grad():
        hits = [(model(normalize(pixels[i:i + 500])).argmax(1) == labels[i:i + 500]).float().sum() for i in range(0, len(pixels), 500)]
    return float(sum(hits)) / len(pixels)


def train(name, images, labels, drift, drift_labels, seed):
    settings = MODELS[name]
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = ResNet(settings["widths"], settings["blocks"])
    steps = settings["epochs"] * (len(images) // BATCH)
    optimizer = torch.optim.SGD(model.parameters(), settings["rate"], momentum=0.9, weight_decay=5e-4, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings["rate"], total_steps=steps, pct_start=0.2)
    log = dict(parameters=sum(p.numel() for p in model.parameters()), history=[], **settings)
    started = time.monotonic()
    for epoch in range(settings["epochs"]):
        model.train()
        total = count = 0
        for x, y in batches(images, labels, settings["augmentation"], generator):
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += float(loss) * len(y)
            count += len(y)
        clean = accuracy(model, drift["clean"], drift_labels)
        log["history"].append(dict(epoch=epoch + 1, loss=round(total / count, 4), clean=round(clean, 4)))
        print(f"{name} epoch {epoch + 1}: loss {total / count:.4f}, clean {clean:.4f}, {time.monotonic() - started:.0f} s", flush=True)
    log["accuracy"] = {c: round(accuracy(model, drift[c], drift_labels), 4) for c in CONDITIONS}
    print(name, log["parameters"], "parameters", log["accuracy"], flush=True)
    return model.eval(), log


def give_every_layer_its_own(graph):
    """The exporter merges equal weights: the shift of a block's last normalization and of its shortcut get the same
    gradient, stay equal, and become one initializer. Adaptation trains every layer for itself."""
    weights = {tensor.name: tensor for tensor in graph.initializer}
    taken = set()
    for node in graph.node:
        for i, name in enumerate(node.input):
            if name in taken:
                copy = graph.initializer.add()
                copy.CopyFrom(weights[name])
                copy.name = f"{node.name or node.output[0]}.input{i}"
                node.input[i] = copy.name
            elif name in weights:
                taken.add(name)


def export(model, name, folder):
    path = os.path.join(folder, name + ".onnx")
    torch.onnx.export(
        model, torch.zeros(1, 3, 32, 32), path, opset_version=14, do_constant_folding=False,
        training=torch.onnx.TrainingMode.PRESERVE, input_names=["input"], output_names=["logits"],
        dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}})
    written = onnx.load(path)
    give_every_layer_its_own(written.graph)
    onnx.checker.check_model(written)
    onnx.save(written, path)
    kept = sum(node.op_type == "BatchNormalization" for node in written.graph.node)
    expected = sum(isinstance(m, nn.BatchNorm2d) for m in model.modules())
    if kept != expected:
        raise SystemExit(f"{path} has {kept} BatchNormalization nodes, the model {expected}: the exporter folded them.")
    manifest = dict(name="roadsigns-" + name, input=dict(height=32, width=32), resize=32, crop="center", mean=MEAN, std=STD,
                    labels=LABELS, classes=len(LABELS))
    with open(os.path.join(folder, name + ".json"), "w") as file:
        json.dump(manifest, file, indent=2)
        file.write("\n")
    return kept


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="the folder that `edgeadapt roadsigns` wrote")
    parser.add_argument("--out", default=os.path.dirname(os.path.abspath(__file__)), help="where the models go")
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--epochs", type=int, help="train shorter or longer than the committed models were")
    options = parser.parse_args()
    if options.epochs:
        for settings in MODELS.values():
            settings["epochs"] = options.epochs
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    def read(name):
        return np.load(os.path.join(options.data, name))

    images, labels = torch.from_numpy(read("train_images.npy")), torch.from_numpy(read("train_labels.npy"))
    drift = {c: read(f"drift/{c}.npy") for c in CONDITIONS}
    drift_labels = torch.from_numpy(read("drift/labels.npy"))
    trained = {}
    for name in options.models:
        model, entry = train(name, images, labels, drift, drift_labels, options.seed)
        entry["batch_normalization_nodes"] = export(model, name, options.out)
        trained[name] = entry
    path = os.path.join(options.out, "log.json")
    known = {}
    if os.path.exists(path):
        with open(path) as file:
            known = json.load(file)["models"]
    log = dict(torch=torch.__version__, seed=options.seed, training_images=len(images), test_images=len(drift_labels),
               models=dict(sorted({**known, **trained}.items())))
    with open(path, "w") as file:
        json.dump(log, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
