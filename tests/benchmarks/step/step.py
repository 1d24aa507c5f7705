#!/usr/bin/python3
"""Exports a classifier to ONNX and times PyTorch on one training step of it, for comparison with EdgeAdapt's gradient graph.

    /usr/bin/python3 step.py --model resnet18.onnx --json torch.json [--architecture resnet18] [--batch 32] [--size 224] [--steps 5] [--threads 0]

The step is the student's step of CEMA: BatchNormalization in batch renormalization form (running statistics in the value, batch
statistics in the gradient, running statistics updated), the three distillation losses, SGD with momentum over scale and bias only.
Weights and images are random: they do not change the time. Needs torch and torchvision (Debian: python3-torch, python3-torchvision).
JSON: {"architecture", "batch", "size", "threads", "torch", "seconds": [each step], "median", "peakMemoryBytes"}.
Architectures: those of torchvision.models; resnet20, as it is drawn for 32 x 32 images; deit_tiny.
"""
import argparse
import json
import math
import os
import statistics
import time

import torch
import torch.nn.functional as F
import torchvision
from torch import nn


class BatchRenormalization(nn.Module):
    def __init__(self, source):
        super().__init__()
        self.weight, self.bias, self.eps, self.momentum = source.weight, source.bias, source.eps, source.momentum
        self.register_buffer("mean", source.running_mean.clone())
        self.register_buffer("var", source.running_var.clone())

    def forward(self, x):
        var, mean = torch.var_mean(x, dim=(0, 2, 3))
        deviation = torch.sqrt(var + self.eps)
        running = torch.sqrt(self.var + self.eps)
        r = deviation.detach() / running
        d = (mean.detach() - self.mean) / running
        y = (x - mean[:, None, None]) / deviation[:, None, None] * r[:, None, None] + d[:, None, None]
        self.mean += self.momentum * (mean.detach() - self.mean)
        self.var += self.momentum * (var.detach() - self.var)
        return y * self.weight[:, None, None] + self.bias[:, None, None]


def replace_normalization(module):
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm2d):
            setattr(module, name, BatchRenormalization(child))
        else:
            replace_normalization(child)
    return module


class Block(nn.Module):
    def __init__(self, channels, out, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out)
        self.conv2, self.bn2 = nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out)
        self.stride, self.more = stride, (out - channels) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.more, self.more)) if self.stride > 1 else x))


def resnet20():
    stem = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    blocks = [Block(16 if i == 0 else out // 2 if i % 3 == 0 else out, out, 2 if i in (3, 6) else 1) for i, out in enumerate([16] * 3 + [32] * 3 + [64] * 3)]
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def deit_tiny():
    return torchvision.models.VisionTransformer(image_size=224, patch_size=16, num_layers=12, num_heads=3, hidden_dim=192, mlp_dim=768)


def create(architecture):
    own = {"resnet20": resnet20, "deit_tiny": deit_tiny}
    return own[architecture]() if architecture in own else getattr(torchvision.models, architecture)()


def reset_peak_memory():
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


def peak_memory():
    try:
        with open("/proc/self/status") as file:
            return next(1024 * int(line.split()[1]) for line in file if line.startswith("VmHWM:"))
    except OSError:
        return None


def entropy(z):
    return -(z.softmax(1) * z.log_softmax(1)).sum(1)


def loss(z, teacher, margin):
    student_weight = torch.exp(margin - entropy(z)).detach()
    teacher_weight = torch.exp(margin - entropy(teacher))
    divergence = F.kl_div(z.log_softmax(1), teacher.softmax(1), reduction="none").sum(1)
    label = F.cross_entropy(z, teacher.argmax(1), reduction="none")
    return (3 * student_weight * entropy(z) + 3 * teacher_weight * divergence + teacher_weight * label).mean()


def export(model, path, size):
    images = torch.randn(2, 3, size, size)
    torch.onnx.export(model, images, path, opset_version=14, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False,
                      input_names=["input"], output_names=["logits"], dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="where to write the ONNX file")
    parser.add_argument("--json", required=True, help="where to write the times")
    parser.add_argument("--architecture", default="resnet18", help="resnet20, deit_tiny, or a classifier of torchvision.models")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--size", type=int, default=224, help="image height and width")
    parser.add_argument("--steps", type=int, default=5, help="timed steps, after one that is not; 0 exports only")
    parser.add_argument("--threads", type=int, default=0, help="0: one a core")
    arguments = parser.parse_args()

    torch.manual_seed(0)
    torch.set_num_threads(arguments.threads or len(os.sched_getaffinity(0)))
    model = create(arguments.architecture).eval()
    for m in model.modules():
        if isinstance(m, nn.BatchNorm2d):
            # Running statistics of no training at all would leave activations that grow from block to block.
            m.running_mean.normal_(0, 0.1)
            m.running_var.uniform_(0.5, 1.5)
            m.weight.data.uniform_(0.5, 1.5)
    export(model, arguments.model, arguments.size)

    replace_normalization(model)
    for p in model.parameters():
        p.requires_grad_(False)
    trained = [p for m in model.modules() if isinstance(m, (BatchRenormalization, nn.LayerNorm)) for p in (m.weight, m.bias)]
    for p in trained:
        p.requires_grad_(True)
    optimizer = torch.optim.SGD(trained, lr=2.5e-3, momentum=0.9)
    images = torch.randn(arguments.batch, 3, arguments.size, arguments.size)
    with torch.no_grad():
        teacher = torch.randn_like(model(images[:1]).expand(arguments.batch, -1))
    margin = 0.4 * math.log(teacher.shape[1])
    reset_peak_memory()
    seconds = []
    for _ in range(arguments.steps + 1 if arguments.steps else 0):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss(model(images), teacher, margin).backward()
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    with open(arguments.json, "w") as file:
        json.dump({"architecture": arguments.architecture, "batch": arguments.batch, "size": arguments.size, "threads": torch.get_num_threads(),
                   "torch": torch.__version__, "seconds": seconds[1:], "median": statistics.median(seconds[1:]) if seconds[1:] else None,
                   "peakMemoryBytes": peak_memory()}, file)


if __name__ == "__main__":
    main()
