#!/usr/bin/env bash
# Trains the two road-sign models of the demo again: the same pictures and seed give the same bytes on the same machine.
# Usage: deploy/models/roadsigns/train.sh [FOLDER]    FOLDER takes the pictures, the models and their logs; this folder where left out.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:-$here}
edgeadapt=$here/../../../edgeadapt
pictures=$(mktemp -d)
trap 'rm -rf "$pictures"' EXIT
mkdir -p "$out"
"$edgeadapt" roadsigns --out "$pictures"

# train NAME DEPTH WIDTH EPOCHS AUGMENTATION
train() {
  "$edgeadapt" train --network resnet --depth "$2" --width "$3" --shortcut B --input 3x32x32 --classes 10 \
    --data "$pictures/train_images.npy" --test-data "$pictures/drift/clean.npy" \
    --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 --augment "$5" --padding 2 \
    --epochs "$4" --batch 64 --lr 0.1 --weight-decay 5e-4 --seed 7 --threads 1 \
    --out "$out/$1.onnx" --json "$out/$1.training.json"
}

train student 8 16 10 crop
train teacher 14 24 14 crop,colour,blur,noise,erase
