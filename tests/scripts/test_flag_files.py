"""Flag files hold settings that a run can be begun with, and tasks that their data set has."""

import json
import pathlib
import subprocess
import sys

from bmt_tf.data import data_tasks

DATA_SETS = ("nyud", "pascal", "cityscapes", "taskonomy", "celeba")
PROGRAM = """
import json, sys
sys.path.insert(0, "scripts")
from absl import flags
from dataclass_flags import FLAGS, define_flags, from_flags
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.search_config import SearchConfig

settings = SearchConfig if sys.argv[1] == "search" else TrainConfig
define_flags(settings)
found = {}
for file in sys.argv[2:]:
    FLAGS.unparse_flags()
    for name in FLAGS:
        FLAGS[name].unparse()
    FLAGS(["", f"--flagfile={file}", "--data=anywhere", "--run_dir=somewhere", *(
        ["--trade_off=1"] if settings is SearchConfig else [])])
    found[file] = from_flags(settings).tasks
print(json.dumps(found))
"""


def test_their_settings_are_those_of_a_run_on_the_data_set_of_their_name(root, tmp_path):
    names = sorted(path.relative_to(root).as_posix() for path in (root / "flags").glob("*.flags"))
    searches = [name for name in names if "_search" in name]
    tasks = {}
    for kind, chosen in (("search", searches), ("train", [name for name in names if name not in searches])):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, kind, *chosen], cwd=root, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr[-2000:]
        tasks |= json.loads(done.stdout)
    checked = 0
    for name, wanted in tasks.items():
        of = pathlib.Path(name).name
        for data_set in DATA_SETS:
            if of.startswith(data_set) and "small" not in of:
                known = data_tasks(f"{data_set.replace('pascal', 'pascal_context')}:{tmp_path}")
                assert set(wanted) <= set(known), name
                checked += 1
    assert checked >= 10
