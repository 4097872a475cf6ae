#!/bin/sh
# Trains the three models one after the other: run_all.sh <data> <models> <runs>
# Run again to go on where it stopped; what is finished is skipped. PYTHON names the interpreter.
set -e
data=$1 models=$2 runs=$3
python=${PYTHON:-python3}
cd "$(dirname "$0")"

[ -f "$runs/convnet/final.pt" ] ||
  $python train_convnet.py --data "$data" --run "$runs/convnet"
[ -f "$runs/deit-8/final.pt" ] ||
  $python train_deit.py --data "$data" --run "$runs/deit-8" --teacher "$runs/convnet/final.pt" \
    --grid 8 --epochs "${DEIT_8_EPOCHS:-12}"
[ -f "$runs/deit-14/final.pt" ] ||
  $python train_deit.py --data "$data" --run "$runs/deit-14" --teacher "$runs/convnet/final.pt" \
    --start "$runs/deit-8/final.pt" --grid 14 --kept-share 0.5 --peak-rate 0.0008 --epochs "${DEIT_14_EPOCHS:-3}"
$python detection_views.py --data "$data" --models "$models" --views "$runs/views"
[ -f "$runs/maskrcnn/final.pt" ] ||
  $python train_maskrcnn.py --views "$runs/views" --run "$runs/maskrcnn" --steps "${MASKRCNN_STEPS:-24000}"
