#!/usr/bin/env bash
# Sets up and proves the project: ruff (rules and format), the documents' site without a warning (into build/site), the
# test suite, and that a test reaches every `raise` of the lower floors.
#
#   bash scripts/test.sh                     in ten minutes on two cores
#   bash scripts/test.sh --whole             with whole roads besides: studies and notebooks in miniature, two hosts
#   bash scripts/test.sh tests/grouping -x   these tests, with pytest's own options
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib_env.sh"
bmt_environment test || exit 1
cd "$BMT_ROOT" || exit 1
export TF_CPP_MIN_LOG_LEVEL="${TF_CPP_MIN_LOG_LEVEL:-2}"
unset PYTHONDONTWRITEBYTECODE  # a hundred programs are started: what is compiled once serves all

marks=(-m "not whole")
if [[ "$*" == --whole ]]; then
  marks=()
elif [[ $# -gt 0 ]]; then
  exec "$BMT_PYTHON" -m pytest "$@"
fi
"$BMT_PYTHON" -m ruff check . && "$BMT_PYTHON" -m ruff format --check . || exit 1
# The theme prints an advertisement otherwise.
NO_MKDOCS_2_WARNING=1 "$BMT_PYTHON" -m mkdocs build --strict --quiet || exit 1
# A process for each core, but at most four: each holds a TensorFlow of its own, collects all tests and makes what several
# share. A file's tests stay together.
"$BMT_PYTHON" -m pytest ${marks[@]+"${marks[@]}"} --numprocesses="$(getconf _NPROCESSORS_ONLN)" --maxprocesses=4 --dist=loadfile --no-loadscope-reorder --cov --cov-report= || exit $?
"$BMT_PYTHON" tests/house/check_raises.py
