#!/usr/bin/python3
"""Exports a classifier to ONNX and times PyTorch on one training step of it, for comparison with EdgeAdapt's gradient graph.

    /usr/bin/python3 step.py --model resnet18.onnx --json torch.json [--architecture resnet18] [--batch 32] [--size 224] [--steps 5] [--threads 0]

The step is the student's step of CEMA: BatchNormalization in batch renormalization form (running statistics in the value, batch
statistics in the gradient, running statistics updated), the three distillation losses, SGD with momentum over scale and bias only.
Weights and images are random: they do not change the time. Needs torch and torchvision (Debian: python3-torch, python3-torchvision).
JSON: {"architecture", "batch", "size", "threads", "torch", "seconds": [each step], "median"}.
"""
import argparse
import json
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
    parser.add_argument("--architecture", default="resnet18", help="a classifier of torchvision.models")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--size", type=int, default=224, help="image height and width")
    parser.add_argument("--steps", type=int, default=5, help="timed steps, after one that is not; 0 exports only")
    parser.add_argument("--threads", type=int, default=0, help="0: one a core")
    arguments = parser.parse_args()

    torch.manual_seed(0)
    torch.set_num_threads(arguments.threads or len(os.sched_getaffinity(0)))
    model = getattr(torchvision.models, arguments.architecture)().eval()
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
    trained = [p for m in model.modules() if isinstance(m, BatchRenormalization) for p in (m.weight, m.bias)]
    for p in trained:
        p.requires_grad_(True)
    optimizer = torch.optim.SGD(trained, lr=2.5e-3, momentum=0.9)
    images = torch.randn(arguments.batch, 3, arguments.size, arguments.size)
    teacher = torch.randn(arguments.batch, 1000)
    seconds = []
    for _ in range(arguments.steps + 1 if arguments.steps else 0):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss(model(images), teacher, 2.7631).backward()
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    with open(arguments.json, "w") as file:
        json.dump({"architecture": arguments.architecture, "batch": arguments.batch, "size": arguments.size, "threads": torch.get_num_threads(),
                   "torch": torch.__version__, "seconds": seconds[1:], "median": statistics.median(seconds[1:]) if seconds[1:] else None}, file)


if __name__ == "__main__":
    main()
