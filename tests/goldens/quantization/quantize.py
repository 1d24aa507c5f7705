#!/usr/bin/python3
"""Quantizes a folded ONNX classifier to 8 bits in the form that ONNX Runtime's static quantizer writes (QDQ).

    /usr/bin/python3 quantize.py folded.onnx samples int8.onnx [--per-tensor] [--signed] [--count 500]
        [--mean 0.485,0.456,0.406] [--std 0.229,0.224,0.225]

Needs onnx, numpy and torch (Debian: python3-onnx, python3-torch). Samples: an .npy file, uint8 [N, H, W, 3], or a folder of pictures of one size
(python3-pil), of which --count are taken, evenly spread. Weights become int8 around 0, with one scale
an output channel unless --per-tensor; activations uint8 over their extremes on the samples, or int8 around 0 with --signed; biases int32 in units
of input scale times weight scale. Convolutions, Gemm, sums and their rectifiers are quantized, the rest passes values through.
"""
import argparse
import pathlib

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

QUANTIZED = {"Conv", "Gemm", "Add", "Relu", "MaxPool", "GlobalAveragePool", "ReduceMean"}


def attributes(node):
    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


def evaluate(node, x, a):
    """One operator on torch tensors: as much of ONNX as CIFAR ResNets need."""
    op = node.op_type
    if op == "Conv":
        pads = a.get("pads", [0] * 4)
        return F.conv2d(F.pad(x[0], (pads[1], pads[3], pads[0], pads[2])), x[1], x[2] if len(x) > 2 else None, a.get("strides", 1), 0, a.get("dilations", 1), a.get("group", 1))
    if op == "Gemm":
        return a.get("alpha", 1.0) * x[0] @ (x[1].T if a.get("transB") else x[1]) + a.get("beta", 1.0) * x[2]
    if op == "Pad":
        pads = [int(p) for p in x[1]]
        half = len(pads) // 2
        return F.pad(x[0], [p for i in reversed(range(half)) for p in (pads[i], pads[half + i])], value=float(x[2]) if len(x) > 2 else 0)
    if op == "Slice":
        starts, ends, axes, steps = ([int(v) for v in t] for t in x[1:5])
        index = [slice(None)] * x[0].ndim
        for start, end, axis, step in zip(starts, ends, axes, steps):
            if step < 0:
                assert (start, step) == (-1, -1), "of steps backwards, only a whole axis turned around is known"
                return x[0].flip(axis)
            index[axis] = slice(start, min(end, x[0].shape[axis]), step)
        return x[0][tuple(index)]
    if op == "Reshape":
        return x[0].reshape([int(v) for v in x[1]])
    if op == "Gather":
        return torch.index_select(x[0], a.get("axis", 0), x[1].reshape(-1)).reshape(x[1].shape + x[0].shape[1:])
    return {
        "Relu": lambda: F.relu(x[0]), "Add": lambda: x[0] + x[1], "Sub": lambda: x[0] - x[1], "Mul": lambda: x[0] * x[1],
        "GlobalAveragePool": lambda: x[0].mean((2, 3), keepdim=True), "ReduceMean": lambda: x[0].mean(a["axes"], keepdim=bool(a.get("keepdims", 1))),
        "Flatten": lambda: x[0].flatten(1), "Identity": lambda: x[0], "Shape": lambda: torch.tensor(x[0].shape),
        "Constant": lambda: torch.from_numpy(numpy_helper.to_array(a["value"]).copy()),
        "ConstantOfShape": lambda: torch.full([int(v) for v in x[0]], numpy_helper.to_array(a["value"]).item()),
        "Concat": lambda: torch.cat(x, a["axis"]), "Cast": lambda: x[0].to(torch.float32 if a["to"] == TensorProto.FLOAT else torch.int64),
        "Transpose": lambda: x[0].permute(a["perm"]),
    }[op]()


def run(model, images):
    """Every value of the graph on a batch of images."""
    values = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in model.graph.initializer}
    values[model.graph.input[0].name] = images
    for node in model.graph.node:
        values[node.output[0]] = evaluate(node, [values[i] for i in node.input if i], attributes(node))
    return values


class Quantizer:
    def __init__(self, model, ranges, per_channel, signed):
        self.source, self.ranges, self.per_channel, self.signed = model.graph, ranges, per_channel, signed
        self.tensors = {t.name: t for t in model.graph.initializer}
        self.nodes, self.weights, self.names, self.scales = [], {}, {}, {}

    def parameters(self, value):
        low, high = min(self.ranges[value][0], 0.0), max(self.ranges[value][1], 0.0)
        if self.signed:
            return np.float32(max(-low, high) / 127), np.int8(0)
        scale = np.float32((high - low) / 255)
        return scale, np.uint8(np.clip(round(-low / float(scale)), 0, 255))

    def put(self, name, value):
        self.weights[name] = numpy_helper.from_array(np.asarray(value), name)
        return name

    def activation(self, value, target=None):
        scale, zero = self.parameters(value)
        self.scales[value] = scale
        names = [self.put(value + "_scale", scale), self.put(value + "_zero_point", zero)]
        source = value + "_QuantizeLinear_Input" if target else value
        self.nodes.append(helper.make_node("QuantizeLinear", [source, *names], [value + "_QuantizeLinear_Output"], value + "_QuantizeLinear"))
        self.nodes.append(helper.make_node("DequantizeLinear", [value + "_QuantizeLinear_Output", *names], [target or value + "_DequantizeLinear_Output"], value + "_DequantizeLinear"))
        self.names[value] = target or value + "_DequantizeLinear_Output"

    def dequantize(self, name, integers, scale, zero):
        axis = {"axis": 0} if np.ndim(scale) else {}
        inputs = [self.put(name + "_quantized", integers), self.put(name + "_scale", scale), self.put(name + "_zero_point", zero)]
        self.nodes.append(helper.make_node("DequantizeLinear", inputs, [name + "_DequantizeLinear_Output"], name + "_DequantizeLinear", **axis))
        return name + "_DequantizeLinear_Output"

    def layer(self, node):
        weight = numpy_helper.to_array(self.tensors[node.input[1]])
        by_channel = self.per_channel and node.op_type == "Conv"
        extent = np.abs(weight).reshape(len(weight), -1).max(1) if by_channel else np.abs(weight).max()
        scale = np.float32(np.maximum(extent, 1e-12) / 127)
        spread = scale.reshape(-1, *[1] * (weight.ndim - 1)) if by_channel else scale
        integers = np.clip(np.round(weight / spread), -127, 127).astype(np.int8)
        inputs = [self.names[node.input[0]], self.dequantize(node.input[1], integers, scale, np.zeros_like(scale, np.int8))]
        if len(node.input) > 2:
            unit = np.float32(self.scales[node.input[0]] * scale)
            bias = np.round(numpy_helper.to_array(self.tensors[node.input[2]]).astype(np.float64) / unit).astype(np.int32)
            inputs.append(self.dequantize(node.input[2], bias, unit, np.zeros_like(unit, np.int32)))
        return inputs

    def write(self, model, opset):
        graph = self.source
        outputs = {o.name for o in graph.output}
        readers = {i: n for n in graph.node for i in n.input}
        self.activation(graph.input[0].name)
        for node in graph.node:
            if node.op_type == "Relu" and not self.signed and node.input[0] in self.names:
                continue
            copy = onnx.NodeProto()
            copy.CopyFrom(node)
            copy.input[:] = self.layer(node) if node.op_type in ("Conv", "Gemm") else [self.names.get(i, i) for i in node.input]
            copy.input[:] = [self.put(i, numpy_helper.to_array(self.tensors[i])) if i in self.tensors else i for i in copy.input]
            self.nodes.append(copy)
            if node.op_type not in QUANTIZED:
                continue
            value = node.output[0]
            after = readers.get(value)
            if after is not None and after.op_type == "Relu" and not self.signed:
                # A range from 0 cuts off what the rectifier would, so the quantizer drops it.
                copy.output[0] = after.output[0]
                self.activation(after.output[0])
                self.names[value] = self.names[after.output[0]]
            elif value in outputs:
                copy.output[0] = value + "_QuantizeLinear_Input"
                self.activation(value, target=value)
            else:
                self.activation(value)
        quantized = helper.make_graph(self.nodes, "quantized", graph.input, graph.output, list(self.weights.values()))
        return helper.make_model(quantized, ir_version=max(model.ir_version, 7), opset_imports=[helper.make_opsetid("", max(opset, 13))], producer_name="quantize.py")


def quantize(model, images, per_channel=True, signed=False):
    """The quantized model. images: float32 [N, C, H, W]."""
    ranges = {}
    for batch in torch.from_numpy(images).split(100):
        for name, value in run(model, batch).items():
            if value.dtype == torch.float32 and value.numel():
                low, high = ranges.get(name, (np.inf, -np.inf))
                ranges[name] = min(low, value.min().item()), max(high, value.max().item())
    return Quantizer(model, ranges, per_channel, signed).write(model, model.opset_import[0].version)


def read(samples, count):
    """Pictures, uint8 [N, H, W, 3]."""
    if samples.is_dir():
        from PIL import Image
        files = sorted(p for p in samples.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
        return np.stack([np.asarray(Image.open(files[i * len(files) // count]).convert("RGB")) for i in range(min(count, len(files)))])
    frames = np.load(samples, mmap_mode="r")
    return frames[np.arange(min(count, len(frames))) * len(frames) // min(count, len(frames))]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("samples", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--per-tensor", action="store_true")
    parser.add_argument("--signed", action="store_true")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--mean", default="0.485,0.456,0.406")
    parser.add_argument("--std", default="0.229,0.224,0.225")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    frames = read(arguments.samples, arguments.count).astype(np.float32) / 255
    mean, std = (np.array([float(v) for v in text.split(",")], np.float32) for text in (arguments.mean, arguments.std))
    quantized = quantize(onnx.load(arguments.model), np.ascontiguousarray(((frames - mean) / std).transpose(0, 3, 1, 2)), not arguments.per_tensor, arguments.signed)
    onnx.checker.check_model(quantized)
    onnx.save(quantized, arguments.out)
    print(f"{arguments.out}: {sum(n.op_type == 'Conv' for n in quantized.graph.node)} convolutions, ranges from {len(frames)} images.")
