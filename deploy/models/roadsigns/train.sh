#!/usr/bin/env bash
# Trains the two road-sign models of the demo again: the same pictures and seed give the same bytes on the same machine.
# Usage: deploy/models/roadsigns/train.sh [FOLDER]    FOLDER takes the models, their training logs and their accuracy; this folder where left out.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
edgeadapt=$(cd "$here/../../.." && pwd)/edgeadapt
mkdir -p "${1:-$here}"
cd "${1:-$here}"
trap 'rm -rf signs' EXIT
normalization=(--mean 0.485,0.456,0.406 --std 0.229,0.224,0.225)
"$edgeadapt" roadsigns --out signs

# train NAME DEPTH WIDTH EPOCHS AUGMENTATION
train() {
  "$edgeadapt" train --network resnet --depth "$2" --width "$3" --shortcut B --input 3x32x32 --classes 10 \
    --data signs/train_images.npy --test-data signs/drift/clean.npy "${normalization[@]}" --augment "$5" --padding 2 \
    --epochs "$4" --batch 64 --lr 0.1 --weight-decay 5e-4 --seed 7 --threads 1 --out "$1.onnx" --json "$1.training.json"
  "$edgeadapt" evaluate --student "$1.onnx" --data signs/drift "${normalization[@]}" --methods source,statistics --json "$1.accuracy.json"
}

train student 8 16 10 crop
train teacher 14 24 14 crop,colour,blur,noise,erase
