#!/usr/bin/env bash
# The study of docs/results.md: separate, shared, BMN's trees at three budgets, trees to compare with, BMTAS' trees.
#
#   bash scripts/nyud_small.sh DATA WEIGHTS [FOLDER]
#
# DATA is a data folder of 96 x 128 photographs, WEIGHTS a file of keras.applications MobileNetV2 0.35 (or imagenet).
# Takes hours on two cores; what is finished in FOLDER (runs/nyud_small by default) is not done again.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib_env.sh"
bmt_environment
[[ $# -ge 2 ]] || { sed -n '2,7p' "${BASH_SOURCE[0]}" >&2; exit 2; }
DATA="$1" WEIGHTS="$2"
cd "$BMT_ROOT"
OUT="${3:-runs/nyud_small}"
SINGLES=("$OUT"/single/{semseg,depth,normals,edge})
MIDDLE=85

settings() { echo --flagfile=flags/nyud_small.flags --data="$DATA" --weights="$WEIGHTS"; }

choose() {  # name, then flags of group.py
  local name="$1"
  shift
  [[ -f "$OUT/trees/$name/grouping.json" ]] ||
    "$BMT_PYTHON" scripts/group.py --output="$OUT/trees/$name" "$@"
}

run() {  # name, then flags of train.py; trained and scored
  local name="$1"
  shift
  # shellcheck disable=SC2046
  "$BMT_PYTHON" scripts/train.py $(settings) --run_dir="$OUT/$name" "$@"
  [[ -f "$OUT/$name/metrics.json" ]] || "$BMT_PYTHON" scripts/evaluate.py "$OUT/$name" --references="$OUT/single"
}

search() {  # name, then flags of search.py
  local name="$1"
  shift
  "$BMT_PYTHON" scripts/search.py --flagfile=flags/nyud_small_search.flags --data="$DATA" --weights="$WEIGHTS" \
    --run_dir="$OUT/$name" "$@"
}

# shellcheck disable=SC2046
"$BMT_PYTHON" scripts/train.py $(settings) --run_dir="$OUT/single" --single
for single in "${SINGLES[@]}"; do
  [[ -f "$single/metrics.json" ]] || "$BMT_PYTHON" scripts/evaluate.py "$single"
done
[[ -f "$OUT/affinity/affinity.npz" ]] ||
  "$BMT_PYTHON" scripts/affinity.py "${SINGLES[@]}" --output="$OUT/affinity" --images=150

for budget in 78 $MIDDLE 92; do
  choose "bmn_$budget" --affinity="$OUT/affinity" --budget="$budget%"
done
LIKE=(--like="$OUT/trees/bmn_$MIDDLE/grouping.json")
choose vanilla --method=vanilla "${LIKE[@]}"
choose random_0 --method=random "${LIKE[@]}" --seed=0
choose random_1 --method=random "${LIKE[@]}" --seed=1

run shared --grouping=shared
for tree in "bmn_$MIDDLE" vanilla bmn_78 bmn_92 random_0 random_1; do
  run "$tree" --grouping="$OUT/trees/$tree/grouping.json"
done
run shared_seed_1 --grouping=shared --seed=1
run "bmn_${MIDDLE}_seed_1" --grouping="$OUT/trees/bmn_$MIDDLE/grouping.json" --seed=1

for trade_off in 3 10; do
  search "search_$trade_off" --trade_off=$trade_off
  run "bmtas_$trade_off" --grouping="$OUT/search_$trade_off/grouping.json"
done
search search_100 --trade_off=100
search search_10_hard --trade_off=10 --hard_theta
search search_10_straight --trade_off=10 --sample=straight_through
"$BMT_PYTHON" scripts/agreement.py "$OUT"/search_10{,_hard,_straight}
"$BMT_PYTHON" scripts/report.py "$OUT"
