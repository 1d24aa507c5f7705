#!/usr/bin/python3
"""Makes the golden files of the statistics priors, LAME, T3A, RoTTA and CoTTA with PyTorch.

    /usr/bin/python3 generate.py

Needs torch 1.13, numpy and onnx (Debian: python3-torch, python3-onnx), and the network and samples of ../cema. Whole
trajectories are computed in float64 from the float32 weights and images. A file holds the options and the answers to each
batch. LAME's answers are log Y. No two neighbours of LAME are as far from an image within 1e-6 where that would choose.
"""
import importlib.util
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

HERE = pathlib.Path(__file__).parent
SPECIFICATION = importlib.util.spec_from_file_location("shared", HERE.parent / "cema" / "generate.py")
SHARED = importlib.util.module_from_spec(SPECIFICATION)
SPECIFICATION.loader.exec_module(SHARED)
BATCH = SHARED.BATCH


class Mixed(nn.Module):
    """A moving average of batch moments, mixed with the running statistics of the source."""

    def __init__(self, layer, momentum, weight, scale):
        super().__init__()
        self.layer, self.momentum, self.weight, self.scale, self.moving = layer, momentum, weight, scale, None

    def forward(self, x):
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
        if self.moving is None:
            self.moving = (mean, var)
        else:
            self.moving = tuple((1 - self.momentum) * old + self.momentum * new for old, new in zip(self.moving, (mean, var)))
        mean, var = self.moving
        m0, v0 = self.layer.running_mean, self.layer.running_var
        w = self.weight
        if self.scale:
            distance = (((mean - m0) ** 2 + (var.sqrt() - v0.sqrt()) ** 2) / (v0 + self.layer.eps)).mean()
            w = w * distance / (distance + self.scale)
        mixture = w * (var + mean ** 2) + (1 - w) * (v0 + m0 ** 2) - (w * mean + (1 - w) * m0) ** 2
        return F.batch_norm(x, w * mean + (1 - w) * m0, mixture, self.layer.weight, self.layer.bias, False, eps=self.layer.eps)


def network():
    return SHARED.network(6, 1).double().requires_grad_(False)


def statistics(batches, momentum, weight, scale):
    net = SHARED.swap(network(), lambda layer: Mixed(layer, momentum, weight, scale))
    return [net(x) for x in batches]


def features(net, x):
    return net.blocks(F.relu(net.bn(net.conv(x)))).mean((2, 3))


def lame(batches, o):
    net, answers = network(), []
    for x in batches:
        z = features(net, x)
        unary = -torch.log(net.head(z).softmax(1) + 1e-10)
        distance = torch.cdist(F.normalize(z), F.normalize(z))
        distance.fill_diagonal_(float("inf"))
        ordered = distance.sort(1).values
        assert (ordered[:, o["neighbours"]] - ordered[:, o["neighbours"] - 1]).min() > 1e-6, "neighbours at the same distance"
        kernel = torch.zeros_like(distance).scatter_(1, distance.topk(o["neighbours"], largest=False).indices, 1.0)
        y, old = (-unary).softmax(1), float("inf")
        for i in range(o["maximumSteps"]):
            pairwise = o["affinity"] * kernel @ y
            y = (pairwise - unary).softmax(1)
            energy = (unary * y - pairwise * y + y * torch.log(y.clip(1e-20))).sum().item()
            if i > 1 and abs(energy - old) <= o["tolerance"] * abs(old):
                break
            old = energy
        answers.append(torch.log(y))
    return answers


def t3a(batches, o):
    net, answers = network(), []
    supports = net.head.weight.clone()
    logits = net.head(supports)
    for x in batches:
        z = features(net, x)
        supports, logits = torch.cat([supports, z]), torch.cat([logits, net.head(z)])
        h, labels = SHARED.entropy(logits), logits.argmax(1)
        kept = [i for c in range(SHARED.CLASSES) for i in sorted((labels == c).nonzero().flatten().tolist(), key=lambda i: h[i].item())[:o["supportsPerClass"]]]
        supports, logits = supports[kept], logits[kept]
        weights = F.normalize(supports).T @ F.one_hot(logits.argmax(1), SHARED.CLASSES).double()
        answers.append(z @ F.normalize(weights, dim=0))
    return answers


class SplitMix:
    """The generator of Steele, Lea and Flood (2014), as numbers from 0 to 1."""

    def __init__(self, state):
        self.state = state

    def unit(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return ((z ^ (z >> 31)) >> 11) / 2 ** 53

    def between(self, low, high):
        return low + (high - low) * self.unit()


def view(image, draw):
    """Mirror, turn, scale and move with PyTorch's grid sampling, then contrast and brightness."""
    size = image.shape[-1]
    mirror = -1 if draw.unit() < 0.5 else 1
    angle, scale = draw.between(-math.pi / 12, math.pi / 12), draw.between(0.9, 1.1)
    move = torch.tensor([draw.between(-size / 16, size / 16), draw.between(-size / 16, size / 16)], dtype=torch.float64)
    centre = (size - 1) / 2
    y, x = torch.meshgrid(torch.arange(size).double(), torch.arange(size).double(), indexing="ij")
    place = (torch.stack([x, y], -1) - centre - move) * torch.tensor([mirror, 1.0], dtype=torch.float64)
    turn = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]], dtype=torch.float64) / scale
    moved = F.grid_sample(image[None], (place @ turn / centre)[None], padding_mode="border", align_corners=True)[0]
    contrast, brightness = draw.between(0.7, 1.3), draw.between(-0.4, 0.4)
    return moved.mean() + brightness * moved.std(unbiased=False) + contrast * (moved - moved.mean())


def views(images, draw):
    return torch.stack([view(image, draw) for image in images])


class Robust(nn.Module):
    """Running statistics in the value, moved before they are used; those of the batch in the gradient."""

    def __init__(self, source, momentum):
        super().__init__()
        self.weight, self.bias, self.eps, self.momentum = source.weight, source.bias, source.eps, momentum
        self.mean, self.var, self.learning = source.running_mean.clone(), source.running_var.clone(), False

    def forward(self, x):
        if not self.learning:
            return F.batch_norm(x, self.mean, self.var, self.weight, self.bias, False, eps=self.eps)
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=True)
        self.mean = (1 - self.momentum) * self.mean + self.momentum * mean.detach()
        self.var = (1 - self.momentum) * self.var + self.momentum * x.detach().var((0, 2, 3), unbiased=False)
        deviation, running = torch.sqrt(var + self.eps), torch.sqrt(self.var + self.eps)
        c = (slice(None), None, None)
        y = (x - mean[c]) / deviation[c] * (deviation.detach() / running)[c] + ((mean.detach() - self.mean) / running)[c]
        return self.weight[c] * y + self.bias[c]


class Memory:
    def __init__(self, capacity):
        self.capacity, self.classes = capacity, [[] for _ in range(SHARED.CLASSES)]

    def score(self, item):
        return 1 / (1 + math.exp(-item["age"] / self.capacity)) + item["entropy"] / math.log(SHARED.CLASSES)

    def items(self):
        return [item for c in self.classes for item in c]

    def offer(self, image, label, entropy):
        item = {"image": image, "entropy": entropy, "age": 0}
        most = max(len(c) for c in self.classes)
        if len(self.classes[label]) >= self.capacity / SHARED.CLASSES:
            among = [label]
        elif len(self.items()) < self.capacity:
            among = None
        else:
            among = [c for c in range(SHARED.CLASSES) if len(self.classes[c]) == most]
        keep = among is None
        if not keep:
            score, c, i = max((self.score(x), c, i) for c in among for i, x in enumerate(self.classes[c]))
            keep = score > self.score(item)
            if keep:
                del self.classes[c][i]
        if keep:
            self.classes[label].append(item)
        for x in self.items():
            x["age"] += 1
        return keep


def parameters(net, kind):
    return [p for m in net.modules() if isinstance(m, kind) for p in (m.weight, m.bias)]


def follow(teacher, student, share, kind):
    with torch.no_grad():
        for t, s in zip(parameters(teacher, kind), parameters(student, kind)):
            t.copy_((1 - share) * t + share * s)


def rotta(batches, o):
    student, teacher = (SHARED.swap(network(), lambda layer: Robust(layer, o["statisticsMomentum"])) for _ in range(2))
    learnt = [p.requires_grad_(True) for p in parameters(student, Robust)]
    optimizer = torch.optim.Adam(learnt, lr=o["learningRate"])
    memory, draw, seen, answers, kept = Memory(o["capacity"]), SplitMix(o["seed"]), 0, [], []

    def learning(on):
        for m in [*student.modules(), *teacher.modules()]:
            m.learning = on

    for x in batches:
        answer = teacher(x)
        answers.append(answer)
        kept.append([])
        for row, (image, z) in enumerate(zip(x, answer)):
            if memory.offer(image, z.argmax().item(), SHARED.entropy(z[None]).item()):
                kept[-1].append(row)
            seen += 1
            if seen % o["periodImages"] == 0:
                learning(True)
                held = torch.stack([item["image"] for item in memory.items()])
                e = torch.tensor([math.exp(-item["age"] / o["capacity"]) for item in memory.items()]).double()
                taught = teacher(held).detach().softmax(1)
                loss = (-(taught * student(views(held, draw)).log_softmax(1)).sum(1) * e / (1 + e)).mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                follow(teacher, student, o["teacherMomentum"], Robust)
                learning(False)
    return answers, kept


def cotta(batches, o):
    anchor, student, teacher = (SHARED.swap(network(), SHARED.BatchOnly) for _ in range(3))
    learnt = [p.requires_grad_(True) for p in parameters(student, SHARED.BatchOnly)]
    source = [p.detach().clone() for p in learnt]
    optimizer = torch.optim.Adam(learnt, lr=o["learningRate"])
    draw, answers, averaged = SplitMix(o["seed"]), [], 0
    for x in batches:
        sure = anchor(x).softmax(1).max(1).values.mean().item()
        assert abs(sure - o["confidenceThreshold"]) > 1e-4
        if sure < o["confidenceThreshold"]:
            answer, averaged = sum(teacher(views(x, draw)) for _ in range(o["views"])) / o["views"], averaged + 1
        else:
            answer = teacher(x)
        answers.append(answer)
        loss = -(answer.softmax(1) * student(x).log_softmax(1)).sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        follow(teacher, student, 1 - o["teacherMomentum"], SHARED.BatchOnly)
        with torch.no_grad():
            for p, s in zip(learnt, source):
                for i in range(len(p)):
                    if draw.unit() < o["restoreProbability"]:
                        p[i] = s[i]
    print("batches averaged", averaged)
    assert 0 < averaged < len(answers)
    return answers


def write(name, options, answers, **more):
    logits = [[[round(v, 9) for v in row] for row in answer.tolist()] for answer in answers]
    (HERE / f"{name}.json").write_text(json.dumps({"options": options, "batch": BATCH, "logits": logits, **more}) + "\n")
    print(name, len(logits), answers[-1][0].tolist())


def main():
    batches = torch.from_numpy(np.load(HERE.parent / "cema" / "samples.npy")).double().split(BATCH)
    write("bn-prior", {"priorSamples": 16}, statistics(batches, 1.0, BATCH / (BATCH + 16), 0))
    write("bn-alpha", {}, statistics(batches, 1.0, 0.5, 0))
    write("bn-moving", {}, statistics(batches, 0.1, 1.0, 0))
    write("bn-layers", {}, statistics(batches, 1.0, 1.0, 0.02))
    options = {"neighbours": 3, "affinity": 0.8, "maximumSteps": 100, "tolerance": 1e-8}
    write("lame", options, lame(batches, options))
    options = {"supportsPerClass": 3}
    write("t3a", options, t3a(batches, options))
    options = {"statisticsMomentum": 0.2, "capacity": 10, "periodImages": 12, "learningRate": 2e-2, "teacherMomentum": 0.3, "seed": 5}
    answers, kept = rotta(batches, options)
    print([len(k) for k in kept])
    write("rotta", options, answers, kept=kept)
    options = {"learningRate": 2e-2, "teacherMomentum": 0.7, "restoreProbability": 0.2, "views": 3, "confidenceThreshold": 0.75, "seed": 7}
    write("cotta", options, cotta(batches, options))


if __name__ == "__main__":
    main()
