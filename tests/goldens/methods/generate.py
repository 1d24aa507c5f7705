#!/usr/bin/python3
"""Makes the golden files of EATA, SAR, DeYO and RDumb with PyTorch.

    /usr/bin/python3 generate.py

Needs torch 1.13, numpy and onnx (Debian: python3-torch, python3-onnx), and the network and samples of ../cema. Whole
trajectories are computed in float64 from the float32 weights and images. A file holds the options and, for each batch, the
logits before the step and the rows learnt from. No sample is nearer to a threshold than 1e-4, where rounding would choose.
"""
import importlib.util
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).parent
SPECIFICATION = importlib.util.spec_from_file_location("shared", HERE.parent / "cema" / "generate.py")
SHARED = importlib.util.module_from_spec(SPECIFICATION)
SPECIFICATION.loader.exec_module(SHARED)
BATCH, LOG_CLASSES = SHARED.BATCH, math.log(SHARED.CLASSES)
FROZEN = "blocks.1"


class Run:
    """A network under batch statistics, what it has answered, and its optimizer."""

    def __init__(self, o, frozen=None):
        self.net = SHARED.swap(SHARED.network(6, 1).double(), SHARED.BatchOnly)
        SHARED.trained(self.net)
        named = [(f"{n}.{k}", p) for n, m in SHARED.norms(self.net) for k, p in (("weight", m.weight), ("bias", m.bias))]
        self.parameters = [p for n, p in named if frozen is None or not n.startswith(frozen + ".")]
        self.source = [p.detach().clone() for p in self.parameters]
        self.options, self.logits, self.kept = o, [], []
        self.restart()

    def restart(self):
        with torch.no_grad():
            for p, s in zip(self.parameters, self.source):
                p.copy_(s)
        self.optimizer = torch.optim.SGD(self.parameters, lr=self.options["learningRate"], momentum=self.options["momentum"])
        self.mean = None

    def answer(self, batch):
        z = self.net(batch)
        self.logits.append([[round(v, 9) for v in row] for row in z.detach().tolist()])
        return z

    def gradients(self, loss):
        return torch.autograd.grad(loss, self.parameters)

    def step(self, gradients):
        for p, g in zip(self.parameters, gradients):
            p.grad = g
        self.optimizer.step()

    def golden(self, **more):
        return {"options": self.options, "batch": BATCH, "logits": self.logits, "kept": self.kept, **more}


def below(values, bound, rows):
    for r in rows:
        assert abs(float(values[r]) - bound) > 1e-4, "a sample on the threshold"
    return [r for r in rows if values[r] < bound]


def eta_loss(run, z):
    """Reliable, not redundant, weighted; None where nothing is left."""
    h, p = SHARED.entropy(z), z.softmax(1).detach()
    kept = below(h, run.options["entropyMargin"] * LOG_CLASSES, range(len(z)))
    if run.mean is not None:
        similarity = [abs(F.cosine_similarity(run.mean, q, dim=0)) for q in p]
        kept = below(similarity, run.options["redundancyMargin"], kept)
    run.kept.append(kept)
    if not kept:
        return None
    now = p[kept].mean(0)
    run.mean = now if run.mean is None else 0.9 * run.mean + 0.1 * now
    return (torch.exp(run.options["entropyMargin"] * LOG_CLASSES - h[kept]).detach() * h[kept]).mean()


def eata(samples, o, from_stream):
    """Fisher from 16 images: the first of the stream as they come, or the last given beforehand."""
    run, reference = Run(o), Run(o)
    squares = []

    def weigh(batch):
        z = reference.net(batch)
        squares.append([g ** 2 for g in reference.gradients(F.cross_entropy(z, z.argmax(1)))])

    if not from_stream:
        for batch in samples[-16:].split(BATCH):
            weigh(batch)
    for i, batch in enumerate(samples.split(BATCH)):
        if from_stream and i * BATCH < o["fisherImages"]:
            weigh(batch)
        loss = eta_loss(run, run.answer(batch))
        if loss is None:
            continue
        fisher = [sum(g) / len(squares) for g in zip(*squares)]
        penalty = sum((f * (p - s) ** 2).sum() for f, p, s in zip(fisher, run.parameters, run.source))
        run.step(run.gradients(loss + o["fisherAlpha"] * penalty))
    return run.golden()


def sar(samples, o):
    run, average, recoveries = Run(o, FROZEN), None, 0
    bound = o["entropyMargin"] * LOG_CLASSES
    for batch in samples.split(BATCH):
        h = SHARED.entropy(run.answer(batch))
        kept = below(h, bound, range(len(batch)))
        run.kept.append(kept)
        if not kept:
            continue
        first = run.gradients(h[kept].mean())
        norm = torch.sqrt(sum((g ** 2).sum() for g in first))
        here = [p.detach().clone() for p in run.parameters]
        with torch.no_grad():
            for p, g in zip(run.parameters, first):
                p.add_(g * o["radius"] / (norm + 1e-12))
        h2 = SHARED.entropy(run.net(batch))
        still = below(h2, bound, kept)
        second = run.gradients(h2[still].mean()) if still else None
        with torch.no_grad():
            for p, old in zip(run.parameters, here):
                p.copy_(old)
        if second is None:
            continue
        run.step(second)
        value = h2[still].mean().item()
        average = value if average is None else 0.9 * average + 0.1 * value
        assert abs(average - o["recoveryEntropy"] * LOG_CLASSES) > 1e-4
        if average < o["recoveryEntropy"] * LOG_CLASSES:
            run.restart()
            average, recoveries = None, recoveries + 1
    return run.golden(recoveries=recoveries)


class SplitMix:
    """The generator of Steele, Lea and Flood (2014), and sampling without replacement from it."""

    def __init__(self, state):
        self.state = state

    def below(self, count):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return ((z ^ (z >> 31)) * count) >> 64

    def permutation(self, count):
        order = list(range(count))
        for i in range(count):
            j = i + self.below(count - i)
            order[i], order[j] = order[j], order[i]
        return order


def shuffled(image, patches, generator):
    size = image.shape[-1] // patches
    cut = [image[:, r * size:(r + 1) * size, c * size:(c + 1) * size] for r in range(patches) for c in range(patches)]
    order = generator.permutation(patches * patches)
    rows = [torch.cat([cut[order[r * patches + c]] for c in range(patches)], 2) for r in range(patches)]
    return torch.cat(rows, 1)


def deyo(samples, o):
    run, generator = Run(o, FROZEN), SplitMix(o["seed"])
    for batch in samples.split(BATCH):
        z = run.answer(batch)
        h, p = SHARED.entropy(z), z.softmax(1)
        kept = below(h, o["entropyMargin"] * LOG_CLASSES, range(len(batch)))
        difference = {}
        if kept:
            with torch.no_grad():
                q = run.net(torch.stack([shuffled(batch[i], o["patches"], generator) for i in kept])).softmax(1)
                difference = {i: (p[i].max() - q[n][p[i].argmax()]) for n, i in enumerate(kept)}
            kept = [i for i in kept if i not in below(difference, o["minimumDifference"], kept)]
        run.kept.append(kept)
        if kept:
            weight = torch.exp(o["weightMargin"] * LOG_CLASSES - h[kept]).detach() + torch.exp(torch.stack([difference[i] for i in kept]))
            run.step(run.gradients((weight * h[kept]).mean()))
    return run.golden()


def rdumb(samples, o):
    run = Run(o)
    for i, batch in enumerate(samples.split(BATCH)):
        if i > 0 and i * BATCH % o["periodImages"] == 0:
            run.restart()
        loss = eta_loss(run, run.answer(batch))
        if loss is not None:
            run.step(run.gradients(loss))
    return run.golden()


def write(name, value):
    moved = sum(len(k) > 0 for k in value["kept"])
    print(name, [len(k) for k in value["kept"]], value.get("recoveries", ""))
    assert moved >= 4, "too few steps to prove anything"
    text = json.dumps(value)
    (HERE / f"{name}.json").write_text(text + "\n")


def main():
    samples = torch.from_numpy(np.load(HERE.parent / "cema" / "samples.npy")).double()
    descent = {"learningRate": 2e-2, "momentum": 0.9}
    eta = {"entropyMargin": 0.9, "redundancyMargin": 0.97, **descent}
    write("eata", eata(samples, {**eta, "fisherAlpha": 20.0, "fisherImages": 16}, True))
    write("eata-source", eata(samples, {**eta, "fisherAlpha": 20.0, "fisherImages": 16}, False))
    write("sar", sar(samples, {"entropyMargin": 0.8, "radius": 0.05, "recoveryEntropy": 0.442, **descent}))
    write("deyo", deyo(samples, {"entropyMargin": 0.95, "weightMargin": 0.4, "minimumDifference": 0.05, "patches": 4, "seed": 3, **descent}))
    write("rdumb", rdumb(samples, {**eta, "periodImages": 16}))


if __name__ == "__main__":
    main()
