#!/usr/bin/python3
"""Makes the golden files of the gradient tests with PyTorch, in float64.

    /usr/bin/python3 generate.py [--shared FOLDER]

Needs torch 1.13, numpy and onnx (Debian: python3-torch, python3-onnx). Writes, beside itself, <network>.onnx and
<network>.json for each small network, and resnet20.json where the shared data folder has that model and the images.
A golden holds, for both kinds of statistics and both losses: losses, logits, and per layer the gradients of scale and bias
and the mean and variance of the batch. Autograd differentiates; nothing here is derived by hand.
"""
import argparse
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

HERE = pathlib.Path(__file__).parent
SAMPLE_NORMS = (nn.LayerNorm, nn.GroupNorm, nn.InstanceNorm2d)


class Norm(nn.Module):
    """BatchNorm2d in one of two training forms; records the statistics of the batch."""

    def __init__(self, source, statistics):
        super().__init__()
        self.weight, self.bias, self.eps = source.weight, source.bias, source.eps
        self.mean, self.var, self.statistics = source.running_mean, source.running_var, statistics
        self.seen = None

    def forward(self, x):
        axes = [0, 2, 3]
        mean = x.mean(axes, keepdim=True)
        var = x.var(axes, unbiased=self.statistics == "batch_renormalization", keepdim=True)
        self.seen = (mean.flatten().detach(), var.flatten().detach())
        y = (x - mean) / torch.sqrt(var + self.eps)
        if self.statistics == "batch_renormalization":
            deviation = torch.sqrt(self.var + self.eps).view(1, -1, 1, 1)
            r = torch.sqrt(var.detach() + self.eps) / deviation
            d = (mean.detach() - self.mean.view(1, -1, 1, 1)) / deviation
            y = y * r + d
        return y * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)


def entropy(z):
    return -(z.softmax(1) * z.log_softmax(1)).sum(1)


def weights(z, margin):
    return torch.ones(len(z), dtype=z.dtype) if margin is None else torch.exp(margin - entropy(z)).detach()


def losses(kind, z, teacher, o):
    share = torch.tensor(o["mask"], dtype=z.dtype)
    share = share / share.sum()
    zero = z.sum() * 0
    if kind == "entropy":
        return (share * weights(z, o["margin"]) * entropy(z)).sum(), zero, zero
    t = o["temperature"]
    ws, wt = share * weights(z, o["margin"]), share * weights(teacher, o["margin"])
    kl = F.kl_div((z / t).log_softmax(1), (teacher / t).softmax(1), reduction="none").sum(1) * t * t
    ce = F.cross_entropy(z, teacher.argmax(1), reduction="none")
    return o["alpha"] * (ws * entropy(z)).sum(), o["beta"] * (wt * kl).sum(), o["gamma"] * (wt * ce).sum()


def swap_norms(module, statistics):
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm2d):
            setattr(module, name, Norm(child, statistics))
        else:
            swap_norms(child, statistics)
    return module


def step(make, images, teacher, kind, statistics, options):
    model = swap_norms(make().double().eval(), statistics)
    logits = model(images)
    parts = losses(kind, logits, teacher, options)
    sum(parts).backward()
    layers = {}
    for name, norm in model.named_modules():
        if isinstance(norm, Norm):
            layers[name] = {"scale": norm.weight.grad, "bias": norm.bias.grad, "mean": norm.seen[0], "variance": norm.seen[1]}
        elif isinstance(norm, SAMPLE_NORMS):
            layers[name] = {"scale": norm.weight.grad, "bias": norm.bias.grad, "mean": [], "variance": []}
    return {"loss": kind, "statistics": statistics, "options": options, "losses": torch.stack(parts), "logits": logits, "layers": layers}


def rounded(value):
    if isinstance(value, torch.Tensor):
        return [float(f"{v:.8g}") for v in value.detach().flatten().tolist()]
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return [rounded(v) for v in value] if isinstance(value, list) else value


def cases(make, images, teacher):
    n = len(images)
    plain = {"alpha": 3.0, "beta": 3.0, "gamma": 1.0, "temperature": 1.0, "margin": 0.4 * float(np.log(teacher.shape[1])), "mask": [1.0] * n}
    other = {"alpha": 0.5, "beta": 2.0, "gamma": 0.25, "temperature": 2.0, "margin": None, "mask": [1.0, 0.0] + [1.0] * (n - 2)}
    return [step(make, images, teacher, kind, statistics, options)
            for statistics, kind, options in [
                ("batch_renormalization", "distillation", plain), ("batch_renormalization", "entropy", other),
                ("batch", "entropy", plain), ("batch", "distillation", other)]]


def randomize(model, seed):
    generator = torch.Generator().manual_seed(seed)
    for m in model.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.weight.data = torch.randn(m.weight.shape, generator=generator)
            m.bias.data = 0.3 * torch.randn(m.bias.shape, generator=generator)
            m.running_mean = 0.5 * torch.randn(m.bias.shape, generator=generator)
            m.running_var = 0.3 + torch.rand(m.bias.shape, generator=generator)
        elif isinstance(m, SAMPLE_NORMS):
            m.weight.data = torch.randn(m.weight.shape, generator=generator)
            m.bias.data = 0.3 * torch.randn(m.bias.shape, generator=generator)
        elif isinstance(m, (nn.Conv2d, nn.Linear)):
            fan = m.weight[0].numel()
            m.weight.data = torch.randn(m.weight.shape, generator=generator) * (2 / fan) ** 0.5
            if m.bias is not None:
                m.bias.data = 0.1 * torch.randn(m.bias.shape, generator=generator)
    return model


class Residual(nn.Module):
    """A stem with overlapping max pooling, a block with a strided convolution as shortcut, a grouped and a dilated convolution."""

    def __init__(self):
        super().__init__()
        self.stem, self.n0 = nn.Conv2d(3, 8, 5, 2, 2, bias=False), nn.BatchNorm2d(8)
        self.c1, self.n1 = nn.Conv2d(8, 12, 3, 2, 1, bias=False), nn.BatchNorm2d(12)
        self.c2, self.n2 = nn.Conv2d(12, 12, 3, 1, 1, bias=False), nn.BatchNorm2d(12)
        self.cs, self.ns = nn.Conv2d(8, 12, 1, 2, bias=False), nn.BatchNorm2d(12)
        self.c3, self.n3 = nn.Conv2d(12, 12, 3, 1, 2, dilation=2, groups=3), nn.BatchNorm2d(12, eps=1e-3)
        self.fc = nn.Linear(12, 7)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.n0(self.stem(x))), 3, 2, 1)
        x = F.relu(self.n2(self.c2(F.relu(self.n1(self.c1(x))))) + self.ns(self.cs(x)))
        x = F.relu6(self.n3(self.c3(x)))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


class Padded(nn.Module):
    """The shortcut of CIFAR ResNets (every second pixel, channels padded with zeros), and gates as mobile networks have them."""

    def __init__(self):
        super().__init__()
        self.stem, self.n0 = nn.Conv2d(3, 6, 3, 1, 1, bias=False), nn.BatchNorm2d(6)
        self.c1, self.n1 = nn.Conv2d(6, 10, 3, 2, 1, bias=False), nn.BatchNorm2d(10)
        self.dw, self.n2 = nn.Conv2d(10, 10, 3, 2, 1, groups=10, bias=False), nn.BatchNorm2d(10)
        self.gate = nn.Conv2d(10, 10, 1)
        self.c3, self.n3 = nn.Conv2d(20, 8, 1), nn.BatchNorm2d(8)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        x = F.relu(self.n0(self.stem(x)))
        x = F.relu(self.n1(self.c1(x)) + F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 2, 2)))
        x = F.leaky_relu(self.n2(self.dw(x)), 0.1)
        gated = x * torch.sigmoid(self.gate(x.mean((2, 3), keepdim=True)))
        x = F.avg_pool2d(torch.cat([gated, x], 1), 2, 1, 1, count_include_pad=True)
        x = F.hardswish(self.n3(self.c3(x)))
        return self.fc(x.mean((2, 3)))


class Tokens(nn.Module):
    """A stem of batch, instance and group normalization, then a transformer block with a class token and both forms of GELU."""

    def __init__(self):
        super().__init__()
        self.c0, self.n0 = nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8)
        self.c1, self.n1 = nn.Conv2d(8, 8, 3, 1, 1), nn.InstanceNorm2d(8, affine=True)
        self.c2, self.n2 = nn.Conv2d(8, 12, 2, 2), nn.GroupNorm(3, 12)
        self.token, self.place = nn.Parameter(torch.ones(1, 1, 12) / 4), nn.Parameter(torch.linspace(-1, 1, 60).view(1, 5, 12))
        self.before, self.qkv, self.mix = nn.LayerNorm(12, eps=1e-6), nn.Linear(12, 36), nn.Linear(12, 12)
        self.between, self.up, self.down = nn.LayerNorm(12), nn.Linear(12, 24), nn.Linear(24, 12)
        self.after, self.fc = nn.LayerNorm(12), nn.Linear(12, 6)

    def forward(self, x):
        x = F.silu(self.n1(self.c1(F.gelu(self.n0(self.c0(x))))))
        x = self.n2(self.c2(x)).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.place
        q, k, v = self.qkv(self.before(x)).reshape(-1, 5, 3, 2, 6).permute(2, 0, 3, 1, 4).unbind(0)
        attention = (q @ k.transpose(-2, -1) / 6 ** 0.5).softmax(-1)
        x = x + self.mix((attention @ v).transpose(1, 2).reshape(-1, 5, 12))
        x = x + self.down(F.gelu(self.up(self.between(x)), approximate="tanh"))
        return self.fc(self.after(x)[:, 0])


class FakeQuantize(nn.Module):
    """What QuantizeLinear and DequantizeLinear do to a value; autograd passes straight through where the range holds it."""

    def __init__(self, scale, zero, low, high):
        super().__init__()
        self.scale, self.zero, self.low, self.high = scale, zero, low, high

    def forward(self, x):
        return torch.fake_quantize_per_tensor_affine(x, self.scale, self.zero, self.low, self.high)


class Quantized(nn.Module):
    """Activations in 8 bits: unsigned ranges from 0 in place of rectifiers, a signed one, a sum; each cuts some values off."""

    def __init__(self):
        super().__init__()
        self.q = nn.ModuleList([FakeQuantize(0.015, 128, 0, 255), FakeQuantize(0.006, 0, 0, 255), FakeQuantize(0.012, 0, -128, 127), FakeQuantize(0.01, 40, 0, 255)])
        self.stem, self.n0 = nn.Conv2d(3, 6, 3, 1, 1), nn.BatchNorm2d(6)
        self.c1, self.n1 = nn.Conv2d(6, 6, 3, 1, 1), nn.BatchNorm2d(6)
        self.fc = nn.Linear(6, 5)

    def forward(self, x):
        x = self.q[1](self.n0(self.stem(self.q[0](x))))
        x = self.q[3](self.q[2](self.n1(self.c1(x))) + x)
        return self.fc(x.mean((2, 3)))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        self.pad = (outputs - inputs) // 2 if stride > 1 else None

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.pad is None else F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.pad, self.pad))))


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(*[Block(16, 16, 1) for _ in range(3)])
        self.layer2 = nn.Sequential(Block(16, 32, 2), Block(32, 32, 1), Block(32, 32, 1))
        self.layer3 = nn.Sequential(Block(32, 64, 2), Block(64, 64, 1), Block(64, 64, 1))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.linear(x.mean((2, 3)))


def write(name, golden):
    (HERE / f"{name}.json").write_text(json.dumps(rounded(golden), separators=(",", ":")) + "\n")


def small(name, make, size, classes, seed):
    def build():
        return randomize(make(), seed)

    generator = torch.Generator().manual_seed(seed + 1)
    images = torch.randn(6, 3, size, size, generator=generator)
    teacher = 2 * torch.randn(6, classes, generator=generator)
    torch.onnx.export(build().eval(), images, str(HERE / f"{name}.onnx"), opset_version=14, training=torch.onnx.TrainingMode.PRESERVE,
                      do_constant_folding=False, input_names=["input"], output_names=["logits"],
                      dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}})
    write(name, {"shape": list(images.shape), "images": images, "teacher": teacher,
                 "cases": cases(build, images.double(), teacher.double())})


def resnet20(shared):
    import onnx
    from onnx import numpy_helper
    model = onnx.load(shared / "models" / "resnet20_cifar10.onnx")
    state = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in model.graph.initializer}

    def build():
        network = ResNet20()
        missing, _ = network.load_state_dict(state, strict=False)
        assert all(m.endswith("num_batches_tracked") for m in missing), missing
        return network

    frames = np.load(shared / "cifar10c" / "fog.npy", mmap_mode="r")[:16]
    x = torch.from_numpy(frames.astype(np.float32) / 255)
    x = (x - torch.tensor([0.485, 0.456, 0.406])) / torch.tensor([0.229, 0.224, 0.225])
    images = x.permute(0, 3, 1, 2).contiguous()
    teacher = 2 * torch.randn(16, 10, generator=torch.Generator().manual_seed(5))
    write("resnet20", {"shape": list(images.shape), "teacher": teacher, "cases": cases(build, images.double(), teacher.double())})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path, default=HERE / "../../../../shared/data")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    small("residual", Residual, 27, 7, 11)
    small("padded", Padded, 16, 5, 23)
    small("tokens", Tokens, 8, 6, 31)
    small("quantized", Quantized, 8, 5, 47)
    if arguments.shared.is_dir():
        resnet20(arguments.shared)
