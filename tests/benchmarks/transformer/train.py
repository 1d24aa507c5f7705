#!/usr/bin/python3
"""Trains a small transformer without BatchNormalization on the drawn road signs and writes it as an ONNX file.

    ./edgeadapt roadsigns --out signs --training-count 8000 --test-count 512
    /usr/bin/python3 tests/benchmarks/transformer/train.py signs signs/transformer.onnx [--epochs N]

Needs torch 1.13 and numpy (Debian: python3-torch). Three convolutions, two of them strided, make 64 tokens of 48
features; two transformer blocks and a last LayerNormalization follow: eight normalization layers over the features of a
pixel or token, none with running statistics. Images are x / 255, less 0.5, over 0.25. One thread, seed 1.
"""
import argparse
import math
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

BATCH = 64


def read(images, labels):
    """Images [N, 32, 32, 3] as float32 [N, 3, 32, 32], preprocessed."""
    pixels = torch.from_numpy(np.load(images)).permute(0, 3, 1, 2).float() / 255
    return ((pixels - 0.5) / 0.25).contiguous(), torch.from_numpy(np.load(labels)).long()


class Block(nn.Module):
    def __init__(self, width, heads=4):
        super().__init__()
        self.width, self.heads = width, heads
        self.norm1, self.qkv, self.mix = nn.LayerNorm(width), nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.norm2, self.up, self.down = nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x):
        part = self.width // self.heads
        q, k, v = self.qkv(self.norm1(x)).reshape(-1, 64, 3, self.heads, part).permute(2, 0, 3, 1, 4).unbind(0)
        attention = (q @ k.transpose(-2, -1) / part ** 0.5).softmax(-1)
        x = x + self.mix((attention @ v).transpose(1, 2).reshape(-1, 64, self.width))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Transformer(nn.Module):
    def __init__(self, width=48):
        super().__init__()
        self.stem = nn.ModuleList([nn.Conv2d(a, b, 3, stride, 1) for a, b, stride in ((3, 16, 1), (16, 32, 2), (32, width, 2))])
        self.norms = nn.ModuleList([nn.LayerNorm(b) for b in (16, 32, width)])
        self.place = nn.Parameter(0.02 * torch.randn(1, 64, width))
        self.blocks = nn.ModuleList([Block(width) for _ in range(2)])
        self.end, self.head = nn.LayerNorm(width), nn.Linear(width, 10)

    def forward(self, x):
        for conv, norm in zip(self.stem, self.norms):
            x = F.gelu(norm(conv(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2))
        x = x.flatten(2).transpose(1, 2) + self.place
        for block in self.blocks:
            x = block(x)
        return self.head(self.end(x).mean(1))


def accuracy(net, images, labels):
    net.eval()
    with torch.no_grad():
        right = sum((net(x).argmax(1) == y).sum().item() for x, y in zip(images.split(500), labels.split(500)))
    return 100 * right / len(labels)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("signs", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--epochs", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    images, labels = read(arguments.signs / "train_images.npy", arguments.signs / "train_labels.npy")
    net = Transformer()
    optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.05)
    steps, step, begun = arguments.epochs * (len(images) // BATCH), 0, time.time()
    for epoch in range(arguments.epochs):
        net.train()
        order = torch.randperm(len(images))
        for rows in order[:len(order) // BATCH * BATCH].split(BATCH):
            rate = min(step / 100, 0.5 * (1 + math.cos(math.pi * step / steps)))
            for group in optimizer.param_groups:
                group["lr"] = 2e-3 * rate
            loss = F.cross_entropy(net(images[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            if step % 100 == 0:
                elapsed = time.time() - begun
                print(f"epoch {epoch + 1}, step {step} of {steps}, loss {loss.item():.3f}, {elapsed * (steps - step) / step:.0f} s left", flush=True)
    net.eval()
    torch.onnx.export(net, images[:2], str(arguments.model), opset_version=14, input_names=["input"], output_names=["logits"],
                      dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}})
    print(f"{sum(p.numel() for p in net.parameters())} parameters")
    for file in sorted((arguments.signs / "drift").glob("*.npy")):
        if file.stem != "labels":
            print(f"{file.stem}: {accuracy(net, *read(file, file.with_name('labels.npy'))):.1f} %")


if __name__ == "__main__":
    main()
