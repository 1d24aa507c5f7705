#!/usr/bin/env bash
# Trains only the normalization of random residual networks on MNIST, and as many randomly chosen weights instead, for two
# depths and two widths; then one network in full. Prints a Markdown table.
#
#   tests/benchmarks/training/batchnorm.sh MNIST_FOLDER OUTPUT_FOLDER
#
# EDGEADAPT names the command to run, by default the launcher of this checkout. PARALLEL runs
# go on at once, by default 2. About five minutes on two idle cores.
set -euo pipefail
data=${1:?give the folder with the IDX files}
out=${2:?give a folder for logs and reports}
edgeadapt=${EDGEADAPT:-$(cd "$(dirname "$0")/../../.." && pwd)/edgeadapt}
mkdir -p "$out"

train() { # depth width part init
  $edgeadapt train --network resnet --depth "$1" --width "$2" --input 1x28x28 --data "$data" --limit 2000 --test-limit 2000 \
    --train-only "$3" --init "$4" --seed 1 --epochs 5 --batch 16 --lr 0.3 \
    --out "$out/$1-$2-$3.onnx" --json "$out/$1-$2-$3.json" --report "$out/$1-$2-$3.html" > "$out/$1-$2-$3.txt"
}
export -f train
export edgeadapt data out

# Each run uses one thread, so several run beside each other; the result does not depend on it.
for depth in 8 14; do
  for width in 8 16; do
    echo "$depth $width normalization uniform"
    echo "$depth $width random random"
  done
done | cat - <(echo "8 16 all random") | xargs -P "${PARALLEL:-2}" -L 1 bash -c 'train "$@"' train

python3 - "$out" <<'PY'
import json
import pathlib
import sys

print("| depth | width | trained | parameters | held-out accuracy, % | γ below 0.01, % |")
print("|---|---|---|---|---|---|")
for path in sorted(pathlib.Path(sys.argv[1]).glob("*-*-*.json"), key=lambda p: (p.stem.split("-")[2], *map(int, p.stem.split("-")[:2]))):
    depth, width, part = path.stem.split("-")
    log = json.load(open(path))
    print(f"| {depth} | {width} | {part} | {log['trainedParameters']:,} of {log['parameters']:,} "
          f"| {100 * log['epochs'][-1]['testAccuracy']:.1f} | {100 * log['smallScales']:.1f} |")
PY
