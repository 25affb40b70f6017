#!/usr/bin/env bash
# From nothing to a served branched network on the embedded data, by BMN and by BMTAS, and one page that shows both:
# runs/demo/report.html.
#
#   bash scripts/demo.sh             made for two cores, 14 minutes there; prints how long each step took
#   bash scripts/demo.sh FOLDER      the same, into another folder
#
# A demo that was stopped goes on when it is started again: finished steps are skipped, a training resumes.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib_env.sh"
OUT="${1:-runs/demo}"
[[ -z "${1:-}" || "$OUT" == /* ]] || OUT="$PWD/$OUT"
bmt_environment
SECONDS=0
cd "$BMT_ROOT"
SETTINGS=(--flagfile=flags/demo.flags)
TIMES=""

# step TITLE COMMAND... runs a script of the project, unless it has finished here before with the same words and the
# same flag file, and nothing before it had to be done anew.
step() {
  local title="$1" began=$SECONDS mark known word
  shift
  mark="$OUT/.finished/$(tr -c '[:alnum:]\n' _ <<< "$title")"
  known="$*"
  for word in "$@"; do
    [[ "$word" != --flagfile=* ]] || known+=" $(cksum "${word#--flagfile=}")"
  done
  printf '\n\033[1m%s\033[0m\n' "$title"
  if [[ -z "$TIMES" && -f "$mark" && "$(cat "$mark")" == "$known" ]]; then
    echo "finished before"
    return
  fi
  "$BMT_PYTHON" "$@"
  mkdir -p "$OUT/.finished"
  echo "$known" > "$mark"
  TIMES+="$(printf '%5d s  %s' $((SECONDS - began)) "$title")"$'\n'
}

step "1. One network per task" scripts/train.py "${SETTINGS[@]}" --run_dir="$OUT/single" --single
step "2. How alike are their features?" scripts/affinity.py "$OUT"/single/{semseg,depth,normals,edge} --output="$OUT/affinity"
step "3. All trees of the trade-off, and the best one with 85 % of the separate networks' multiply-adds" \
  scripts/group.py --affinity="$OUT/affinity" --budget=85% --output="$OUT/tree"
step "4. The fully shared network" scripts/train.py "${SETTINGS[@]}" --run_dir="$OUT/shared" --grouping=shared
step "5. The tree" scripts/train.py "${SETTINGS[@]}" --run_dir="$OUT/bmn" --grouping="$OUT/tree/grouping.json"
step "6. A search by gradient" scripts/search.py --flagfile=flags/demo_search.flags --run_dir="$OUT/search"
step "7. Its likeliest trees, and the one for the same budget" \
  scripts/group.py --method=bmtas --search="$OUT/search" --budget=85% --output="$OUT/searched_tree"
step "8. That tree" scripts/train.py "${SETTINGS[@]}" --run_dir="$OUT/bmtas" --grouping="$OUT/searched_tree/grouping.json"
step "9. Scores, and the gain over the separate networks" \
  scripts/evaluate.py "$OUT"/{single,shared,bmn,bmtas} --references="$OUT/single" --constant
step "10. A SavedModel, compared with the checkpoint" scripts/export.py "$OUT/bmn"
step "11. Photographs in a folder" \
  scripts/write_data.py --data=scenes --splits=val --images=8 --output="$OUT/photographs"
step "12. Predictions of the SavedModel" \
  scripts/predict.py --model="$OUT/bmn" --images="$OUT/photographs/val/image" --output="$OUT/predictions"
step "13. The report" scripts/report.py "$OUT"

printf '\n%s%5d s  in all\n\nLook at %s\n' "$TIMES" "$SECONDS" "$OUT/report.html"
