#!/usr/bin/python3
"""Makes the golden file of the weight-gradient tests with PyTorch, in float64.

    /usr/bin/python3 generate_weights.py

Needs torch 1.13, numpy and onnx (Debian: python3-torch, python3-onnx). Writes weights.onnx and weights.json beside itself: a
network with strided, dilated, grouped and depthwise convolutions, a matrix product and a linear layer; cross entropy with
labels; batch normalization in training mode. Autograd differentiates; nothing here is derived by hand.
"""
import json
import pathlib

import torch
import torch.nn.functional as F
from torch import nn

HERE = pathlib.Path(__file__).parent


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.bn1 = nn.BatchNorm2d(8)
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False)
        self.bn2 = nn.BatchNorm2d(8)
        self.grouped = nn.Conv2d(8, 12, 3, stride=2, padding=1, groups=2, bias=False)
        self.bn3 = nn.BatchNorm2d(12)
        self.dilated = nn.Conv2d(12, 12, 3, padding=2, dilation=2, bias=False)
        self.bn4 = nn.BatchNorm2d(12)
        self.mix = nn.Parameter(torch.randn(12, 10) / 4)
        self.linear = nn.Linear(10, 5)

    def forward(self, x):
        x = F.relu(self.bn1(self.stem(x)))
        x = F.relu(self.bn2(self.depthwise(x)))
        x = F.relu(self.bn3(self.grouped(x)))
        x = F.relu(self.bn4(self.dilated(x)) + x)
        x = x.flatten(2).transpose(1, 2) @ self.mix
        return self.linear(x.mean(1))


def main():
    torch.manual_seed(11)
    model = Network()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.3, 1.5)
            nn.init.normal_(module.bias, 0, 0.3)
    images = torch.randn(6, 3, 14, 14)
    labels = torch.tensor([0, 1, 2, 3, 4, 1])
    torch.onnx.export(model.eval(), images, str(HERE / "weights.onnx"), opset_version=14, input_names=["input"], output_names=["logits"],
                      training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}})
    model = model.double().train()
    loss = F.cross_entropy(model(images.double()), labels)
    loss.backward()
    json.dump({
        "shape": list(images.shape), "images": images.flatten().tolist(), "labels": labels.tolist(), "loss": loss.item(),
        "gradients": {name: p.grad.flatten().tolist() for name, p in model.named_parameters()},
        "running": {name: b.flatten().tolist() for name, b in model.named_buffers() if "running" in name},
    }, open(HERE / "weights.json", "w"))


if __name__ == "__main__":
    main()
