#!/usr/bin/python3
"""Makes the golden files of the adaptation tests with PyTorch.

    /usr/bin/python3 generate.py [--shared FOLDER]

Needs torch 1.13, numpy and onnx (Debian: python3-torch, python3-onnx). Writes, beside itself, student.onnx, teacher.onnx,
samples.npy (float32 [N, C, H, W]) and one JSON file for each case. Whole trajectories are computed in float64 from the
float32 weights and images: CEMA's cloud steps without replay (cema-*.json), Tent and ETA (tent.json, eta.json). A case
holds its options, every step's losses, and scale, bias, mean and variance of each layer at the end. Where the shared data
folder has ResNet-20, ResNet-56 and the images, cema-resnet.json holds the same for three steps on real images, in float32.
"""
import argparse
import json
import math
import pathlib

import numpy as np
import onnx
import onnx.numpy_helper
import torch
import torch.nn.functional as F
from torch import nn

HERE = pathlib.Path(__file__).parent
CLASSES, SIZE, BATCH, STEPS = 5, 8, 8, 6


class Block(nn.Module):
    """Two convolutions and a shortcut; a strided one pads the channels it lacks with zeros."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.stride, self.missing = stride, outputs - inputs

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.missing:
            x = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, 0, self.missing))
        return F.relu(x + y)


class Network(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(width)
        self.blocks = nn.Sequential(Block(width, width, 1), Block(width, 2 * width, 2))
        self.head = nn.Linear(2 * width, CLASSES)

    def forward(self, x):
        x = self.blocks(F.relu(self.bn(self.conv(x))))
        return self.head(x.mean((2, 3)))


def network(width, seed):
    torch.manual_seed(seed)
    net = Network(width)
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.7, 1.3)
            nn.init.uniform_(module.bias, -0.3, 0.3)
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    nn.init.normal_(net.head.weight, std=1.2)
    return net.eval()


class CifarBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.stride, self.padding = stride, (outputs - inputs) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.padding:
            x = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, self.padding, self.padding))
        return F.relu(x + y)


class CifarNetwork(nn.Module):
    """The residual network for 32 x 32 images, shortcuts padded with zeros; named as the published weights are."""

    def __init__(self, blocks):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        for i, (inputs, outputs) in enumerate(((16, 16), (16, 32), (32, 64))):
            first = CifarBlock(inputs, outputs, 1 if inputs == outputs else 2)
            setattr(self, f"layer{i + 1}", nn.Sequential(first, *(CifarBlock(outputs, outputs, 1) for _ in range(blocks - 1))))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.linear(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


def published(path, blocks):
    net = CifarNetwork(blocks)
    weights = {t.name: torch.from_numpy(onnx.numpy_helper.to_array(t).copy()) for t in onnx.load(str(path)).graph.initializer}
    net.load_state_dict({k: weights[k] if k in weights else v for k, v in net.state_dict().items()})
    assert all(k in weights for k, _ in net.named_parameters())
    return net.eval()


class Renormalization(nn.Module):
    """Batch renormalization: running statistics in the value, those of the batch in the gradient."""

    def __init__(self, source, first_batch, momentum):
        super().__init__()
        self.weight, self.bias, self.eps, self.momentum = source.weight, source.bias, source.eps, momentum
        self.source = (None, None) if first_batch else (source.running_mean.clone(), source.running_var.clone())
        self.update = True
        self.forget()

    def forget(self):
        self.mean, self.var = self.source

    def forward(self, x):
        n = x.numel() // x.shape[1]
        mean = x.mean((0, 2, 3))
        var = ((x - mean[:, None, None]) ** 2).sum((0, 2, 3)) / (n - 1)
        if self.mean is None:
            self.mean, self.var = mean.detach().clone(), var.detach().clone()
        deviation, running = torch.sqrt(var + self.eps), torch.sqrt(self.var + self.eps)
        r, d = deviation.detach() / running, (mean.detach() - self.mean) / running
        y = (x - mean[:, None, None]) / deviation[:, None, None] * r[:, None, None] + d[:, None, None]
        if self.update:
            self.mean = self.mean + self.momentum * (mean.detach() - self.mean)
            self.var = self.var + self.momentum * (var.detach() - self.var)
        return self.weight[:, None, None] * y + self.bias[:, None, None]


class BatchOnly(nn.Module):
    """The batch's own statistics in value and gradient, biased variance."""

    def __init__(self, source):
        super().__init__()
        self.weight, self.bias, self.eps, self.mean, self.var = source.weight, source.bias, source.eps, source.running_mean, source.running_var

    def forward(self, x):
        return F.batch_norm(x, None, None, self.weight, self.bias, training=True, eps=self.eps)


def swap(module, make):
    for name, child in module.named_children():
        setattr(module, name, make(child)) if isinstance(child, nn.BatchNorm2d) else swap(child, make)
    return module


def norms(net):
    return [(n, m) for n, m in net.named_modules() if isinstance(m, (Renormalization, BatchOnly))]


def trained(net):
    net.requires_grad_(False)
    return [p.requires_grad_(True) for _, m in norms(net) for p in (m.weight, m.bias)]


def entropy(z):
    return -(z.softmax(1) * z.log_softmax(1)).sum(1)


def tensors(net):
    named = {}
    for name, m in norms(net):
        for key, value in (("weight", m.weight), ("bias", m.bias), ("running_mean", m.mean), ("running_var", m.var)):
            named[f"{name}.{key}"] = value.detach().tolist()
    return named


def cema(samples, o, student, teacher, size):
    make = lambda source: Renormalization(source, o["firstBatch"], o["statisticsMomentum"])
    student, teacher = swap(student, make), swap(teacher, make)
    margin = o["entropyHighMargin"] * math.log(student(samples[:2]).shape[1])
    for net in (student, teacher):
        net.apply(lambda m: m.forget() if isinstance(m, Renormalization) else None)
    optimizers = [torch.optim.SGD(trained(net), lr=o[rate], momentum=o["momentum"]) for net, rate in ((student, "studentLr"), (teacher, "teacherLr"))]
    steps, closest = [], math.inf
    for batch in samples.split(size):
        step = {"teacherLoss": None}
        for _, m in norms(teacher):
            m.update = o["adaptTeacher"]
        z = teacher(batch)
        if o["adaptTeacher"]:
            h = entropy(z)
            loss = (torch.exp(margin - h).detach() * h).mean()
            step["teacherLoss"] = loss.item()
            optimizers[1].zero_grad()
            loss.backward()
            optimizers[1].step()
        for _, m in norms(teacher):
            m.update = False
        with torch.no_grad():
            target = teacher(batch)
        top = target.topk(2, 1).values
        closest = min(closest, (top[:, 0] - top[:, 1]).min().item())
        z, t = student(batch), o["temperature"]
        ws, wt = torch.exp(margin - entropy(z)).detach(), torch.exp(margin - entropy(target))
        kl = ((target / t).softmax(1) * ((target / t).log_softmax(1) - (z / t).log_softmax(1))).sum(1) * t * t
        parts = [o["alpha"] * (ws * entropy(z)).mean(), o["beta"] * (wt * kl).mean(),
                 o["gamma"] * (wt * F.nll_loss(z.log_softmax(1), target.argmax(1), reduction="none")).mean()]
        optimizers[0].zero_grad()
        sum(parts).backward()
        optimizers[0].step()
        step.update(zip(("entropyLoss", "distillationLoss", "pseudoLabelLoss"), (p.item() for p in parts)))
        steps.append(step)
    # A near tie of the teacher would let rounding choose the pseudo label, and the golden would test luck.
    assert closest > 1e-3, closest
    return {"options": o, "steps": steps, "student": tensors(student), "teacher": tensors(teacher)}


def small(samples, o):
    return cema(samples, o, network(6, 1).double(), network(9, 2).double(), BATCH)


def real(shared, o):
    pixels = torch.from_numpy(np.load(shared / "cifar10c" / "gaussian_noise.npy")[:96]).permute(0, 3, 1, 2).float() / 255
    mean, std = (torch.tensor(v).view(3, 1, 1) for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    models = [published(shared / "models" / name, blocks) for name, blocks in (("resnet20_cifar10.onnx", 3), ("resnet56_cifar10.onnx", 9))]
    golden = cema((pixels - mean) / std, o, *models, 32)
    del golden["teacher"]
    return golden


def tent(samples, lr):
    net = swap(network(6, 1).double(), BatchOnly)
    optimizer = torch.optim.Adam(trained(net), lr=lr)
    logits = []
    for batch in samples.split(BATCH):
        z = net(batch)
        logits.append(z.detach().tolist())
        optimizer.zero_grad()
        entropy(z).mean().backward()
        optimizer.step()
    return {"learningRate": lr, "batch": BATCH, "logits": logits}


def eta(samples, o):
    net = swap(network(6, 1).double(), BatchOnly)
    optimizer = torch.optim.SGD(trained(net), lr=o["learningRate"], momentum=o["momentum"])
    margin, mean, logits, kept_of = o["entropyMargin"] * math.log(CLASSES), None, [], []
    for batch in samples.split(BATCH):
        z = net(batch)
        logits.append(z.detach().tolist())
        h, p = entropy(z), z.softmax(1).detach()
        kept = [i for i in range(len(batch)) if h[i] < margin]
        if mean is not None:
            kept = [i for i in kept if abs(F.cosine_similarity(mean, p[i], dim=0)) < o["redundancyMargin"]]
        kept_of.append(kept)
        if kept:
            now = p[kept].mean(0)
            mean = now if mean is None else 0.9 * mean + 0.1 * now
            loss = (torch.exp(margin - h[kept]).detach() * h[kept]).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return {"options": o, "batch": BATCH, "logits": logits, "kept": kept_of}


def write(name, value):
    (HERE / f"{name}.json").write_text(json.dumps(value, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path, default=HERE.parents[2].parent / "shared" / "data", help="folder of real images and models")
    shared = parser.parse_args().shared
    rng = np.random.default_rng(7)
    shape = (BATCH * STEPS, 3, SIZE, SIZE)
    images = (rng.normal(size=shape) * rng.uniform(0.4, 1.6, (shape[0], 3, 1, 1)) + rng.normal(size=(shape[0], 3, 1, 1))).astype(np.float32)
    np.save(HERE / "samples.npy", images)
    samples = torch.from_numpy(images).double()
    for name, width, seed in (("student", 6, 1), ("teacher", 9, 2)):
        torch.onnx.export(network(width, seed), torch.zeros(2, 3, SIZE, SIZE), str(HERE / f"{name}.onnx"), opset_version=14,
                          input_names=["input"], output_names=["logits"], dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}},
                          training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
    paper = {"firstBatch": True, "adaptTeacher": True, "entropyHighMargin": 0.4, "alpha": 3.0, "beta": 3.0, "gamma": 1.0, "temperature": 1.0,
             "studentLr": 2.5e-3, "teacherLr": 2.5e-4, "momentum": 0.9, "statisticsMomentum": 0.1}
    write("cema-paper", small(samples, paper))
    write("cema-source", small(samples, {**paper, "firstBatch": False, "alpha": 0.5, "beta": 2.0, "gamma": 0.7, "temperature": 2.0,
                                         "teacherLr": 1e-2, "statisticsMomentum": 0.3}))
    write("cema-fixed-teacher", small(samples, {**paper, "firstBatch": False, "adaptTeacher": False, "alpha": 0.0}))
    if shared.is_dir():
        write("cema-resnet", real(shared, paper))
    write("tent", tent(samples, 1e-2))
    write("eta", eta(samples, {"entropyMargin": 0.9, "redundancyMargin": 0.8, "learningRate": 5e-3, "momentum": 0.9}))


if __name__ == "__main__":
    main()
