#!/usr/bin/python3
"""Folds the BatchNormalization of an ONNX model into the convolutions before it, as most exporters do.

    /usr/bin/python3 fold.py model.onnx folded.onnx

Needs onnx and numpy (Debian: python3-onnx). Computes in float64; a layer that is not behind a convolution of its own stays.
"""
import argparse
import collections

import numpy as np
import onnx
from onnx import numpy_helper


def fold(model):
    """The model without the layers that could be folded; changes it in place."""
    graph = model.graph
    tensors = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    producers = {o: n for n in graph.node for o in n.output}
    readers = collections.Counter(i for n in graph.node for i in n.input)
    folded = 0
    for layer in [n for n in graph.node if n.op_type == "BatchNormalization"]:
        conv = producers.get(layer.input[0])
        if conv is None or conv.op_type != "Conv" or readers[conv.output[0]] != 1:
            continue
        scale, shift, mean, variance = (tensors[name].astype(np.float64) for name in layer.input[1:5])
        epsilon = next((a.f for a in layer.attribute if a.name == "epsilon"), 1e-5)
        slope = scale / np.sqrt(variance + epsilon)
        weight = tensors[conv.input[1]].astype(np.float64)
        bias = tensors[conv.input[2]].astype(np.float64) if len(conv.input) > 2 else np.zeros(len(scale))
        name = conv.input[1].removesuffix(".weight")
        new = {f"{name}.folded.weight": weight * slope.reshape(-1, *[1] * (weight.ndim - 1)),
               f"{name}.folded.bias": shift + slope * (bias - mean)}
        graph.initializer.extend(numpy_helper.from_array(v.astype(np.float32), k) for k, v in new.items())
        conv.input[:] = [conv.input[0], *new]
        conv.output[0] = layer.output[0]
        graph.node.remove(layer)
        folded += 1
    used = {i for n in graph.node for i in n.input}
    for tensor in [t for t in graph.initializer if t.name not in used]:
        graph.initializer.remove(tensor)
    del graph.value_info[:]
    return folded


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("out")
    arguments = parser.parse_args()
    network = onnx.load(arguments.model)
    count = fold(network)
    onnx.checker.check_model(network)
    onnx.save(network, arguments.out)
    print(f"{arguments.out}: {count} layers folded.")
