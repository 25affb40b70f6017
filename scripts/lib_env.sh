# The environment of the project's shell scripts. To be sourced:
#
#   source "$(dirname "$0")/lib_env.sh"
#   bmt_environment test        # extras of pyproject.toml, separated by commas; none for the package alone
#   "$BMT_PYTHON" ...
#
# Needs Python >= 3.11 with pip, and nothing else. BMT_VENV names another place than .venv for the environment, PYTHON
# another interpreter to make it with.

BMT_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# Prints the first interpreter that is new enough, one that TensorFlow 2.21 has wheels for before any newer one.
bmt_find_python() {
  local candidate limit
  for limit in "< (3, 14)" "< (4,)"; do
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
      if "$candidate" -c "import sys; sys.exit(not (3, 11) <= sys.version_info $limit)" 2>/dev/null; then
        echo "$candidate"
        return 0
      fi
    done
  done
  echo "Python 3.11 or newer is needed, as python3 or named by the variable PYTHON. Found: $(python3 --version 2>&1)." >&2
  return 1
}

# Makes the environment where it is missing or where pyproject.toml has changed, and sets BMT_PYTHON to its interpreter.
bmt_environment() {
  local extras="${1:-}" venv="${BMT_VENV:-$BMT_ROOT/.venv}" python wanted stamp
  BMT_PYTHON="$venv/bin/python"
  python="$(bmt_find_python)" || return 1
  wanted="$BMT_ROOT $("$python" -c 'import hashlib, sys
print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$BMT_ROOT/pyproject.toml")"
  stamp="$venv/installed-${extras:-package}"
  if [[ -f "$stamp" && "$(cat "$stamp")" == "$wanted" ]] && "$BMT_PYTHON" -c '' 2>/dev/null; then
    return 0
  fi
  echo "Installing into $venv (TensorFlow is large: some minutes) ..." >&2
  # Some distributions ship Python without ensurepip; then the pip outside installs into the environment.
  if ! "$BMT_PYTHON" -m pip --version >/dev/null 2>&1; then
    "$python" -m venv "$venv" >/dev/null 2>&1 || "$python" -m venv --clear --without-pip "$venv" || return 1
  fi
  local pip=("$BMT_PYTHON" -m pip)
  "${pip[@]}" --version >/dev/null 2>&1 || pip=("$python" -m pip --python "$BMT_PYTHON")
  "${pip[@]}" install --quiet --disable-pip-version-check --editable "$BMT_ROOT${extras:+[$extras]}" || return 1
  echo "$wanted" > "$stamp"
}
