#!/usr/bin/python3
"""Makes the golden files of CMA-ES and of the forward-only search, with NumPy and PyTorch.

    /usr/bin/python3 generate_foa.py

Needs torch 1.13 and numpy (Debian: python3-torch), the network and samples of ../cema and ../gradients. cma.json holds a
search on an ellipsoid with an injected point and a fitness that is not a number: mean and step of each generation.
foa.json (BatchNormalization, the stream's first images as reference) and foa-tokens.json (batch, instance, group and layer
normalization, source images and the shift of features) hold options and the answers to each batch, computed in float64.
All draw from the same generator as the product: SplitMix64 and the cosine of Box and Muller. No two candidates are so near in
fitness that float32 could rank them otherwise.
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


def load(path):
    specification = importlib.util.spec_from_file_location(path.parent.name, path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


BASE, GRADIENTS = load(HERE / "generate.py"), load(HERE.parent / "gradients" / "generate.py")
SHARED = BASE.SHARED
NORMS = (BASE.Mixed, nn.LayerNorm, nn.GroupNorm, nn.InstanceNorm2d)


def normals(draw, count):
    values = []
    for _ in range(count):
        radius = math.sqrt(-2 * math.log(1 - draw.unit()))
        values.append(radius * math.cos(2 * math.pi * draw.unit()))
    return np.array(values)


class Search:
    """(mu/mu_w, lambda)-CMA-ES of Hansen's tutorial with NumPy's eigenvalues."""

    def __init__(self, n, population):
        self.n, self.population, self.sigma, self.generation = n, population, 1.0, 0
        self.mean, self.p_sigma, self.p_c, self.C = np.zeros(n), np.zeros(n), np.zeros(n), np.eye(n)
        w = np.log((population + 1) / 2) - np.log(np.arange(1, population // 2 + 1))
        self.w = w / w.sum()
        self.mu = mu = 1 / (self.w ** 2).sum()
        self.c_sigma = (mu + 2) / (n + mu + 5)
        self.d_sigma = 1 + 2 * max(0, math.sqrt((mu - 1) / (n + 1)) - 1) + self.c_sigma
        self.c_c = (4 + mu / n) / (n + 4 + 2 * mu / n)
        self.c_1 = 2 / ((n + 1.3) ** 2 + mu)
        self.c_mu = min(1 - self.c_1, 2 * (1 / 4 + mu + 1 / mu - 2) / ((n + 2) ** 2 + 2 * mu / 2))
        self.chi = math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n ** 2))

    def root(self, power):
        values, vectors = np.linalg.eigh(self.C)
        return vectors @ np.diag(values ** power) @ vectors.T

    def point(self, z):
        return self.mean + self.sigma * self.root(0.5) @ z

    def tell(self, points, fitness):
        white = self.root(-0.5)
        steps = [(x - self.mean) / self.sigma for x in points]
        for i in range(self.population, len(points)):
            length = np.linalg.norm(white @ steps[i])
            if length > 0:
                steps[i] = steps[i] * min(1, (math.sqrt(self.n) + 2 * self.n / (self.n + 2)) / length)
        order = np.argsort(np.where(np.isnan(fitness), np.inf, fitness), kind="stable")[:len(self.w)]
        chosen = np.array([steps[i] for i in order])
        y = self.w @ chosen
        self.generation += 1
        self.mean = self.mean + self.sigma * y
        self.p_sigma = (1 - self.c_sigma) * self.p_sigma + math.sqrt(self.c_sigma * (2 - self.c_sigma) * self.mu) * (white @ y)
        length = np.linalg.norm(self.p_sigma)
        h = length / math.sqrt(1 - (1 - self.c_sigma) ** (2 * self.generation)) < (1.4 + 2 / (self.n + 1)) * self.chi
        self.p_c = (1 - self.c_c) * self.p_c + h * math.sqrt(self.c_c * (2 - self.c_c) * self.mu) * y
        delta = (1 - h) * self.c_c * (2 - self.c_c)
        self.C = ((1 + self.c_1 * delta - self.c_1 - self.c_mu) * self.C + self.c_1 * np.outer(self.p_c, self.p_c)
                  + self.c_mu * (chosen.T * self.w) @ chosen)
        self.sigma *= math.exp(min(self.c_sigma / self.d_sigma * (length / self.chi - 1), 1))


def trajectory():
    n, population, generations, seed = 5, 9, 40, 11
    draw, search, means, sigmas, best = BASE.SplitMix(seed), Search(n, population), [], [], np.full(n, 3.0)
    target, slopes = np.linspace(-2, 2, n), 10.0 ** np.arange(n)

    def value(x):
        return float((slopes * (x - target) ** 2).sum())

    for generation in range(generations):
        points = [search.point(normals(draw, n)) for _ in range(population)]
        fitness = [value(x) for x in points]
        if generation % 7 == 3:
            fitness[2] = float("nan")
        points, fitness = [*points, best], [*fitness, value(best)]
        search.tell(points, np.array(fitness))
        best = points[int(np.nanargmin(fitness))]
        means.append(search.mean.tolist())
        sigmas.append(search.sigma)
    print("cma", value(search.mean), search.sigma)
    case = {"dimension": n, "population": population, "seed": seed, "target": target.tolist(), "slopes": slopes.tolist(), "injected": 3.0, "means": means, "sigmas": sigmas}
    (HERE / "cma.json").write_text(json.dumps(case) + "\n")


class Watched:
    """A network whose normalization inputs and final features are recorded at each pass."""

    def __init__(self, net, head, options):
        self.net, self.seen = net, []
        self.layers = [m for m in net.modules() if isinstance(m, NORMS)]
        for layer in [*self.layers, head]:
            layer.register_forward_pre_hook(lambda _, inputs: self.seen.append(inputs[0]))
        self.affine = [layer.layer if isinstance(layer, BASE.Mixed) else layer for layer in self.layers]
        self.source = [(a.weight.clone(), a.bias.clone()) for a in self.affine]
        draw, size, self.directions = BASE.SplitMix(options["seed"]), options["dimension"], []
        for weight, bias in self.source:
            rows = normals(draw, 2 * len(weight) * size).astype(np.float32).astype(np.float64).reshape(-1, size)
            unit = options["radius"] * weight.square().mean().sqrt().item() / math.sqrt(size)
            self.directions.append((torch.from_numpy(unit * rows[:len(weight)]), torch.from_numpy(unit * rows[len(weight):])))
        self.draw, self.prior = draw, options["priorSamples"]

    def run(self, point, x):
        z = torch.from_numpy(np.asarray(point))
        for affine, (weight, bias), (dw, db) in zip(self.affine, self.source, self.directions):
            affine.weight.data, affine.bias.data = weight + dw @ z, bias + db @ z
        for layer in self.layers:
            if isinstance(layer, BASE.Mixed):
                layer.weight, layer.moving = len(x) / (len(x) + self.prior), None
        self.seen = []
        logits = self.net(x)
        moments = []
        for layer, value in zip([*self.layers, None], self.seen):
            axes = [0, 2, 3] if value.dim() == 4 else list(range(value.dim() - 1))
            moments.append((value.mean(axes), value.var(axes, unbiased=False)))
        return logits, moments


def pooled(shown):
    counts = torch.tensor([float(n) for n, _ in shown]).double()
    share = (counts / counts.sum())[:, None]
    result = []
    for i in range(len(shown[0][1])):
        mean, var = (torch.stack([moments[i][k] for _, moments in shown]) for k in (0, 1))
        middle = (share * mean).sum(0)
        result.append((middle, (share * (var + mean ** 2)).sum(0) - middle ** 2))
    return result


def discrepancy(reference, seen):
    parts = [(((m - rm) ** 2 + (v.sqrt() - rv.sqrt()) ** 2).mean() / rv.mean()) for (rm, rv), (m, v) in zip(reference, seen)]
    return sum(parts).item() / len(parts)


def foa(watched, head, batches, o, source=None):
    zero, shown, answers, improved = np.zeros(o["dimension"]), [], [], 0
    search, best, average = Search(o["dimension"], o["population"]), zero, None

    def reference():
        result = pooled(shown)
        for i, layer in enumerate(watched.layers):
            if isinstance(layer, BASE.Mixed):
                result[i] = (layer.layer.running_mean, layer.layer.running_var)
        return result

    for x in source or []:
        shown.append((len(x), watched.run(zero, x)[1]))
    held = source is not None
    for x in batches:
        if not held and sum(n for n, _ in shown) < o["referenceImages"]:
            logits, moments = watched.run(zero, x)
            shown.append((len(x), moments))
            answers.append(logits)
            continue
        compared = reference()
        points = [search.point(normals(watched.draw, o["dimension"])) for _ in range(o["population"])] + [best]
        tried = [watched.run(p, x) for p in points]
        fitness = [SHARED.entropy(z).mean().item() + o["discrepancyWeight"] * discrepancy(compared, m) for z, m in tried]
        assert np.diff(np.sort(fitness)).min() > 2e-5, "candidates of nearly the same fitness"
        chosen = int(np.argmin(fitness))
        improved += chosen < o["population"]
        answer = tried[chosen][0]
        if held and average is not None:
            answer = answer + o["shiftStep"] * (head.weight @ (compared[-1][0] - average))
        mean = torch.stack([m[-1][0] for _, m in tried]).mean(0)
        average = mean if average is None else (1 - o["shiftMomentum"]) * average + o["shiftMomentum"] * mean
        search.tell(points, np.array(fitness))
        best = points[chosen]
        answers.append(answer)
    print("batches improved", improved, "sigma", search.sigma)
    return answers


def mixed(net):
    return SHARED.swap(net, lambda layer: BASE.Mixed(layer, 1.0, 1.0, 0))


def main():
    trajectory()
    batches = torch.from_numpy(np.load(HERE.parent / "cema" / "samples.npy")).double().split(SHARED.BATCH)
    options = {"dimension": 6, "population": 7, "radius": 0.25, "discrepancyWeight": 2.5, "referenceImages": 12, "priorSamples": 16, "shiftStep": 0.75,
               "shiftMomentum": 0.5, "seed": 3}
    net = mixed(BASE.network())
    BASE.write("foa", options, foa(Watched(net, net.head, options), net.head, batches, options))
    options = {**options, "population": 8, "discrepancyWeight": 0.5, "seed": 9}
    net = mixed(GRADIENTS.randomize(GRADIENTS.Tokens(), 31).double().eval().requires_grad_(False))
    BASE.write("foa-tokens", options, foa(Watched(net, net.fc, options), net.fc, batches, options, batches[-2:]))


if __name__ == "__main__":
    main()
