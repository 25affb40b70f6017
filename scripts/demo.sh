#!/usr/bin/env bash
# From nothing to a served branched network on the embedded data, by BMN and by BMTAS, and one page that shows both:
# runs/demo/report.html.
#
#   bash scripts/demo.sh             made for two cores; prints how long each kind of step took
#   bash scripts/demo.sh FOLDER      the same, into another folder
#
# It is the study studies/demo.yaml: stopped, it goes on when it is started again.
set -euo pipefail
exec bash "$(dirname "${BASH_SOURCE[0]}")/study.sh" demo ${1:+--output="$1"}
