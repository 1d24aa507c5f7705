#!/usr/bin/python3
"""Exports one network to ONNX and differentiates it with PyTorch's autograd, for comparison with EdgeAdapt's gradient graph.

    /usr/bin/python3 networks.py --network resnet18 --out FOLDER
    /usr/bin/python3 networks.py --list

Networks are torchvision's classifiers with random weights, seeded, and ten classes; their normalization layers are kept in the export. Writes
FOLDER/<network>.<opset>.onnx for each operator set of NETWORKS and FOLDER/<network>.json with the images, the teacher's logits, and
for the entropy and the distillation loss, with BatchNormalization in batch renormalization form: losses, logits and for each layer the gradients of
scale and bias, and mean and variance of the batch where it has them. The reference is computed in float64 from the same float32 weights
and images. A rectifier's gradient jumps at 0, so that one value of a million that float32 puts on the other
side changes a gradient visibly, whoever computes it: biases in front of rectifiers are moved by up to 0.05 to where no value is near a jump. "terms" is the norm of the gradient's sum with every term taken absolutely: where it is many times the gradient's own norm,
the terms cancel. Needs torch 1.13, torchvision 0.14, onnx (Debian: python3-torch, python3-torchvision, python3-onnx).
"""
import argparse
import json
import math
import pathlib
import sys
import warnings

import numpy as np
import onnx
import torch
import torch.nn.functional as F
import torchvision
from onnx import helper, numpy_helper
from torch import nn
from torchvision.models.convnext import LayerNorm2d
from torchvision.models.resnet import Bottleneck
from torchvision.models.vision_transformer import VisionTransformer

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE / "../../goldens/gradients"))
from generate import Norm, losses, rounded, swap_norms  # noqa: E402

CLASSES = 10
BATCH = 8
LAST_OPSET_OF_TORCH = 16
LARGEST_SHIFT = 0.05
OPTIONS = {"alpha": 3.0, "beta": 3.0, "gamma": 1.0, "temperature": 1.0, "margin": 0.4 * math.log(CLASSES), "mask": [1.0] * BATCH}
AFFINE = (Norm, nn.LayerNorm, nn.GroupNorm, nn.InstanceNorm2d)


def of_torchvision(name, **options):
    return lambda: getattr(torchvision.models, name)(num_classes=CLASSES, **options)


def deit_tiny(activation=None):
    """DeiT-tiny is this VisionTransformer; the distilled variant adds a token, which changes no operator."""
    network = VisionTransformer(image_size=64, patch_size=16, num_layers=12, num_heads=3, hidden_dim=192, mlp_dim=768, num_classes=CLASSES)
    for module in network.modules():
        for name, child in module.named_children():
            if activation is not None and isinstance(child, nn.GELU):
                setattr(module, name, activation())
    return network


class TanhGelu(nn.Module):
    def forward(self, x):
        return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * torch.pow(x, 3))))


# name: how to build it, and the operator sets to export it in.
NETWORKS = {
    "resnet18": (of_torchvision("resnet18"), [11, 14, 16, 21]),
    "resnet50": (of_torchvision("resnet50"), [14]),
    "resnext50_32x4d": (of_torchvision("resnext50_32x4d"), [13]),
    "wide_resnet50_2": (of_torchvision("wide_resnet50_2"), [15]),
    "densenet121": (of_torchvision("densenet121"), [11, 18]),
    "mobilenet_v2": (of_torchvision("mobilenet_v2"), [11, 17]),
    "mobilenet_v3_small": (of_torchvision("mobilenet_v3_small"), [11, 14, 20]),
    "mobilenet_v3_large": (of_torchvision("mobilenet_v3_large"), [14]),
    "efficientnet_b0": (of_torchvision("efficientnet_b0"), [12, 19]),
    "shufflenet_v2_x1_0": (of_torchvision("shufflenet_v2_x1_0"), [11, 14, 18]),
    "regnet_y_400mf": (of_torchvision("regnet_y_400mf"), [16]),
    "convnext_tiny": (of_torchvision("convnext_tiny"), [11, 14, 17, 20]),
    "vit_b_16": (of_torchvision("vit_b_16", image_size=64), [14]),
    "deit_tiny": (deit_tiny, [11, 14, 17, 20, 21]),
    "deit_tiny_tanh_gelu": (lambda: deit_tiny(TanhGelu), [12, 20]),
    "resnet18_group_norm": (of_torchvision("resnet18", norm_layer=lambda c: nn.GroupNorm(8, c)), [11, 18, 21]),
    "resnet18_instance_norm": (of_torchvision("resnet18", norm_layer=lambda c: nn.InstanceNorm2d(c, affine=True)), [11, 17]),
}


def build(name, images):
    """The network in the state of a trained one as far as numbers go: statistics that fit its activations, logits of order one."""
    torch.manual_seed(7)
    network = NETWORKS[name][0]()
    for key, p in network.named_parameters():
        if key.endswith("layer_scale"):
            p.data.uniform_(0.1, 0.5)
    for m in network.modules():
        if isinstance(m, (nn.BatchNorm2d,) + AFFINE[1:]):
            m.weight.data.uniform_(0.5, 1.5)
            m.bias.data.normal_(0, 0.2)
        if isinstance(m, nn.BatchNorm2d):
            m.momentum = 1.0
        if isinstance(m, VisionTransformer):
            m.class_token.data.normal_(0, 0.5)
            m.heads.head.weight.data.normal_(0, 0.1)
    for m in network.modules():
        if isinstance(m, Bottleneck):
            # As in a trained network, a branch adds less than the sum it joins; otherwise float32 alone, PyTorch's too, is off by 1e-4.
            m.bn3.weight.data *= 0.3
    network.train()
    with torch.no_grad():
        for m in network.modules():
            if isinstance(m, (nn.Dropout, torchvision.ops.StochasticDepth)):
                m.eval()
        network(torch.randn(images.shape))
    for m in network.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.running_mean += 0.1 * m.running_var.sqrt() * torch.randn(m.running_mean.shape)
            m.running_var *= torch.empty(m.running_var.shape).uniform_(0.7, 1.4)
    network.eval()
    clear_kinks(network, images)
    with torch.no_grad():
        head = [m for m in network.modules() if isinstance(m, nn.Linear)][-1]
        head.weight *= 1.5 / network(images).std()
    return network


def clear_kinks(network, images):
    """Moves the biases of normalization layers so that no input of a rectifier behind them, alone or after a sum, is near its kinks."""
    last = []
    hooks = [m.register_forward_hook(lambda m, _, y: last.__setitem__(slice(None), [(m, y.shape)])) for m in network.modules() if isinstance(m, AFFINE + (nn.BatchNorm2d,))]
    relu, hardtanh = F.relu, F.hardtanh

    def moved(x, kinks):
        if not last or x.dim() != 4 or last[0][1] != x.shape:
            return x
        shift = torch.stack([widest_gap(torch.cat([k - channel.flatten() for k in kinks])) for channel in x.transpose(0, 1)])
        last[0][0].bias.data += shift
        return x + shift.view(1, -1, 1, 1)

    F.relu = lambda x, inplace=False: relu(moved(x, [0.0]))
    F.hardtanh = lambda x, low=-1.0, high=1.0, inplace=False: hardtanh(moved(x, [low, high]), low, high)
    try:
        with torch.no_grad():
            network(images)
    finally:
        F.relu, F.hardtanh = relu, hardtanh
        for hook in hooks:
            hook.remove()


def widest_gap(positions):
    """The middle of the widest interval without any of the positions, within LARGEST_SHIFT of 0."""
    edge = torch.tensor([LARGEST_SHIFT])
    inside = torch.cat([-edge, positions[positions.abs() < LARGEST_SHIFT].sort().values, edge])
    widest = inside.diff().argmax()
    return (inside[widest] + inside[widest + 1]) / 2


def raise_opset(model, opset):
    """Rewrites a graph as an exporter of a later operator set has it, which torch 1.13 cannot write: axes as inputs, GELU as one operator."""
    nodes = []
    for node in model.graph.node:
        axes = [a for a in node.attribute if a.name == "axes"]
        if node.op_type in ("ReduceMean", "ReduceMax") and axes:
            name = node.output[0] + "_axes"
            model.graph.initializer.append(numpy_helper.from_array(np.array(axes[0].ints, np.int64), name))
            node.attribute.remove(axes[0])
            node.input.append(name)
        nodes.append(node)
    if opset >= 20:
        nodes = join_gelu(model.graph, nodes)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    model.opset_import[0].version = opset
    model.ir_version = max(model.ir_version, 9 if opset < 21 else 10)
    return model


def join_gelu(graph, nodes):
    """x/sqrt(2), Erf, +1, times x, times 1/2 becomes Gelu(x)."""
    readers = {}
    for node in nodes:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    joined, gone = {}, set()
    for erf in [n for n in nodes if n.op_type == "Erf"]:
        divide = next(n for n in nodes if erf.input[0] in n.output)
        chain = [divide, erf]
        for operation in ("Add", "Mul", "Mul"):
            (follower,) = readers[chain[-1].output[0]]
            assert follower.op_type == operation, follower
            chain.append(follower)
        gone.update(id(n) for n in chain)
        joined[id(chain[-1])] = helper.make_node("Gelu", [divide.input[0]], list(chain[-1].output), name=erf.name)
    return [joined.get(id(n), n) for n in nodes if id(n) in joined or id(n) not in gone]


def export(network, images, path, opset):
    # The exporter changes what it exports in place (it freezes the model's mode), but not the weights.
    torch.onnx.export(network, images[:2], path, opset_version=opset if opset == 17 else min(opset, LAST_OPSET_OF_TORCH),
                      training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, input_names=["input"], output_names=["logits"],
                      dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}})
    if opset > 17:
        onnx.save(raise_opset(onnx.load(path), opset), path)


def norm_of_terms(layer, dy):
    """Norms of sum |dy * normalized| and sum |dy| over what scale and bias are shared by."""
    if isinstance(layer, nn.LayerNorm) and not isinstance(layer, LayerNorm2d):
        normalized, axes = (layer.output - layer.bias) / layer.weight, list(range(dy.dim() - 1))
    else:
        view = [1, -1] + [1] * (dy.dim() - 2)
        normalized, axes = (layer.output - layer.bias.view(view)) / layer.weight.view(view), [0] + list(range(2, dy.dim()))
    return (dy * normalized).abs().sum(axes).norm().item(), dy.abs().sum(axes).norm().item()


def step(network, images, teacher, kind, options):
    model = swap_norms(network, "batch_renormalization")
    layers = {name: m for name, m in model.named_modules() if isinstance(m, AFFINE)}
    for layer in layers.values():
        def keep(m, _, y):
            # A copy: rectifiers that work in place would overwrite what is kept, and lose the hook of a view.
            m.output, y = y.detach().clone(), y.clone()
            y.register_hook(lambda dy: setattr(m, "terms", norm_of_terms(m, dy)))
            return y
        layer.register_forward_hook(keep)
    logits = model(images)
    parts = losses(kind, logits, teacher, options)
    sum(parts).backward()
    found = {}
    for name, layer in layers.items():
        found[name] = {"scale": layer.weight.grad, "bias": layer.bias.grad, "scaleTerms": layer.terms[0], "biasTerms": layer.terms[1]}
        if isinstance(layer, Norm):
            found[name].update(mean=layer.seen[0], variance=layer.seen[1])
    return {"loss": kind, "losses": torch.stack(parts), "logits": logits, "layers": found}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", choices=list(NETWORKS))
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--list", action="store_true", help="print the names of the networks")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(NETWORKS))
        return
    warnings.filterwarnings("ignore")
    opsets = NETWORKS[arguments.network][1]
    generator = torch.Generator().manual_seed(3)
    images = torch.randn(BATCH, 3, 64, 64, generator=generator)
    teacher = 2 * torch.randn(BATCH, CLASSES, generator=generator)
    cases = [step(build(arguments.network, images).double(), images.double(), teacher.double(), kind, OPTIONS) for kind in ("entropy", "distillation")]
    network = build(arguments.network, images)
    for opset in opsets:
        export(network, images, str(arguments.out / f"{arguments.network}.{opset}.onnx"), opset)
    result = {"network": arguments.network, "opsets": opsets, "shape": list(images.shape), "images": images, "teacher": teacher,
              "options": OPTIONS, "cases": cases}
    (arguments.out / f"{arguments.network}.json").write_text(json.dumps(rounded(result)))


if __name__ == "__main__":
    main()
