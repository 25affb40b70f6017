#!/usr/bin/env bash
# Runs a study, a file of studies/: what is missing of it only, several jobs at a time, whatever stopped it before.
#
#   bash scripts/study.sh demo
#   bash scripts/study.sh nyud_small --data=photographs --weights=imagenet --plan    # what would run, and how long
#   bash scripts/study.sh nyud_small --data=photographs --weights=imagenet
#
# --help lists the flags; docs/studies.md has the rest, clusters too.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib_env.sh"
bmt_environment studies
PYTHONPATH="$BMT_ROOT${PYTHONPATH:+:$PYTHONPATH}" exec "$BMT_PYTHON" -m studies "$@"
