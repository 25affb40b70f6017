#!/usr/bin/env bash
# From nothing to a served branched network on the embedded data, and one page that shows it: runs/demo/report.html.
#
#   bash scripts/demo.sh             about 10 minutes on two cores, after the installation
#   bash scripts/demo.sh FOLDER      the same, into another folder; what is finished there is not done again
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib_env.sh"
bmt_environment
cd "$BMT_ROOT"
export TF_CPP_MIN_LOG_LEVEL="${TF_CPP_MIN_LOG_LEVEL:-3}"
OUT="${1:-runs/demo}"
SETTINGS=(--flagfile=flags/demo.flags)
TASKS=(semseg depth normals edge)
SINGLES=("${TASKS[@]/#/$OUT/single/}")
NETWORK=(--data=scenes --encoder=mobilenet_v2_0.35 --image_size=96,128)

step() {
  printf '\n\033[1m%s\033[0m\n' "$1"
  shift
  "$BMT_PYTHON" "$@"
}

step "1. One network per task" scripts/train.py "${SETTINGS[@]}" --run_dir="$OUT/single" --single
step "2. How alike are their features?" scripts/affinity.py "${SINGLES[@]}" --output="$OUT/affinity" --images=100
step "3. All trees of the trade-off, and the one for 60 % of the separate networks' multiply-adds" \
  scripts/group.py --method=bmn --affinity="$OUT/affinity/affinity.npz" "${NETWORK[@]}" --budget=60% --output="$OUT/tree"
step "4. The fully shared network" scripts/train.py "${SETTINGS[@]}" --run_dir="$OUT/shared" --grouping=shared
step "5. The tree" scripts/train.py "${SETTINGS[@]}" --run_dir="$OUT/bmn" --grouping="$OUT/tree/grouping.json"
REFERENCES="$(IFS=,; echo "${SINGLES[*]}")"
step "6. Scores, and the gain over the separate networks" \
  scripts/evaluate.py "${SINGLES[@]}" "$OUT/shared" "$OUT/bmn" --references="$REFERENCES"
step "7. A SavedModel, compared with the checkpoint" scripts/export.py "$OUT/bmn"
