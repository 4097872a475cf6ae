#!/bin/sh
# Exports a finished run into public/models and writes its card: ship.sh <data> <runs> <model>
set -e
data=$1 runs=$2 model=$3
python=${PYTHON:-python3}
cd "$(dirname "$0")"
folder=../public/models/$model
mkdir -p "$folder"
case $model in
convnet-nano) $python export_classifier.py "$model" "$runs/convnet/final.pt" "$folder/$model.onnx" ;;
deit-nano) $python export_classifier.py "$model" "$runs/deit-14/final.pt" "$folder/$model.onnx" ;;
maskrcnn-nano) $python export_maskrcnn.py "$runs/maskrcnn/final.pt" "$folder" ;;
*) echo "no model is called $model" >&2 && exit 2 ;;
esac
cp "cards/$model.json" "$folder/card.json"
$python evaluate.py --data "$data" --write "$model"
