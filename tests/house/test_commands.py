"""What a user types: light imports, quick help, flag files that parse, README code that runs, no machine's paths."""

import ast
import os
import re
import shlex
import subprocess
import sys
import time

# `--help` takes under a second on a quiet machine. Importing TensorFlow takes 4 seconds and more, so this bound catches
# what matters and leaves room for a machine that runs something else, too.
SLOWEST_HELP = 3.0
LIGHT_MODULES = (
    "bmt_tf",
    "bmt_tf.grouping",
    "bmt_tf.affinity",
    "bmt_tf.search",
    "bmt_tf.costs",
    "bmt_tf.tasks",
    "bmt_tf.data",
    "bmt_tf.layers",
    "bmt_tf.models",
    "bmt_tf.supergraph",
    "bmt_tf.training",
    "bmt_tf.export",
    "bmt_tf.report",
    "bmt_tf.costs.table",
    "bmt_tf.costs.pareto",
    "bmt_tf.tasks.kinds",
    "bmt_tf.tasks.task",
    "bmt_tf.tasks.registry",
    "bmt_tf.tasks.delta",
    "bmt_tf.tasks.colouring",
)
HELP = """
import os, runpy, sys
script = sys.argv[1]
sys.argv = [script, "--help"]
sys.path.insert(0, os.path.dirname(script))
try:
    runpy.run_path(script, run_name="__main__")
except SystemExit:
    pass
print("HEAVY", sorted({"tensorflow", "keras"} & set(sys.modules)))
"""
PARSE = """
import json, os, runpy, sys
script, lines = sys.argv[1], json.loads(sys.argv[2])
sys.path.insert(0, os.path.dirname(script))
runpy.run_path(script, run_name="flags")
from absl import flags
for arguments in lines:
    try:
        flags.FLAGS.unparse_flags()
        flags.FLAGS([script, *arguments])
    except flags.Error as error:
        print("WRONG", arguments, error)
"""
# Written in two pieces, so that this file does not hold what it looks for.
MACHINE = re.compile(r"(?<![\w.])/(?:" + "wo" + r"rk|ro" + r"ot|home/\w+|Users/\w+)(?:/|\b)")
TEXT = {".py", ".md", ".sh", ".flags", ".toml", ".ipynb", ".j2", ".json", ".txt", ".cfg"}
SKIPPED = {".git", ".venv", "runs", "build", "dist", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis"}


def run(root, *arguments, **options):
    """Returns the finished process of the interpreter with these arguments, the project's modules in reach."""
    paths = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": paths, "TF_CPP_MIN_LOG_LEVEL": "2"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=options.pop("cwd", root),
        env=environment,
        capture_output=True,
        text=True,
        timeout=options.pop("timeout", 120),
        **options,
    )


def test_light_modules_leave_tensorflow_out(root):
    places = {module: root / module.replace(".", "/") for module in LIGHT_MODULES}
    present = [module for module, path in places.items() if path.is_dir() or path.with_suffix(".py").exists()]
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module(name)\n"
        "    if 'tensorflow' in sys.modules or 'keras' in sys.modules: sys.exit(name)\n"
    )
    done = run(root, "-c", code, *present)
    assert done.returncode == 0, f"Importing this brings in TensorFlow: {done.stderr}"


def scripts(root):
    """Returns the Python scripts; modules that scripts import have no main function and are left out."""
    return [path for path in sorted((root / "scripts").glob("*.py")) if "__main__" in path.read_text()]


def test_help_of_every_script_is_quick_and_light(root):
    wrong = []
    for script in scripts(root):
        start = time.perf_counter()
        done = run(root, "-c", HELP, str(script))
        seconds = time.perf_counter() - start
        if "HEAVY []" not in done.stdout or "--" not in done.stdout:
            wrong.append(f"{script.name}: {done.stdout.strip().splitlines()[-1:]} {done.stderr[-300:]}")
        elif seconds > SLOWEST_HELP:
            wrong.append(f"{script.name}: {seconds:.1f} s")
    assert not wrong, "\n  ".join(["--help imports nothing heavy and is quick:", *wrong])


def commands(root):
    """Returns script -> argument lists, from the first lines of the flag files; and the files without a command."""
    found, without = {}, []
    for path in sorted((root / "flags").rglob("*.flags")):
        match = re.match(r"#\s*(?:python3?\s+)?(scripts/\w+\.py)\s+(.*)", path.read_text())
        name = str(path.relative_to(root))
        if match and f"--flagfile={name}" in shlex.split(match[2]):
            found.setdefault(match[1], []).append(shlex.split(match[2]))
        else:
            without.append(name)
    return found, without


def test_flag_files_name_their_command_and_parse(root):
    found, wrong = commands(root)
    wrong = [f"{name}: the first line names no command with this flag file" for name in wrong]
    for script, lines in found.items():
        if not (root / script).exists():
            wrong.append(f"{script} does not exist")
            continue
        done = run(root, "-c", PARSE, script, str(lines).replace("'", '"'))
        wrong += [line for line in done.stdout.splitlines() if line.startswith("WRONG")]
        wrong += [f"{script}: {done.stderr[-500:]}"] if done.returncode else []
    assert not wrong, "\n  ".join(["Flag files:", *wrong])


def test_python_blocks_of_the_readme_run(root, tmp_path):
    """The blocks run one after another in one interpreter, as a reader would type them, in an empty folder."""
    blocks = re.findall(r"^```python\n(.*?)^```", (root / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 4, "the README's python blocks were not found"
    done = run(root, "-c", "\n".join(blocks), cwd=tmp_path, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]


def test_no_file_names_a_place_on_a_machine(root):
    wrong = []
    for path in sorted(root.rglob("*")):
        below = path.relative_to(root)
        if SKIPPED & set(below.parts) or path.suffix not in TEXT or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if MACHINE.search(line):
                wrong.append(f"{below}:{number}: {line.strip()[:100]}")
    assert not wrong, "\n  ".join(["Paths of a machine:", *wrong])


def test_scripts_hold_flags_and_one_call(root):
    """A script defines flags and functions; the library does the work and never sees the flags."""
    wrong = []
    for path in sorted((root / "scripts").glob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.For | ast.While | ast.With):
                wrong.append(f"scripts/{path.name}:{node.lineno}")
    assert not wrong, "\n  ".join(["Scripts work only inside functions:", *wrong])
