"""Programs in processes of their own, forked from one that has imported TensorFlow and has not used it.

A program prints and ends as when it is started by itself, and it begins in milliseconds.

    python forked_programs.py

is the process that is forked: it reads a program a line, as JSON, and answers with how it ended.
"""

import gc
import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile
import types

HERE = pathlib.Path(__file__).resolve()
ROOT = HERE.parents[1]
# What most programs take some time to import.
IMPORTED = (
    "tensorflow",
    "toys",
    "bmt_tf.choosing.tree_choice",
    "bmt_tf.data.sets.scenes",
    "bmt_tf.training.branch_search.loop",
    "bmt_tf.training.evaluation",
    "bmt_tf.training.single_tasks",
)
# A few steps are sooner done than traced.
EAGERLY = "import tensorflow as tf\ntf.config.run_functions_eagerly(True)\n"
SCRIPT = """
import os, runpy, sys
sys.path[0] = os.path.dirname(sys.argv[0])
runpy.run_path(sys.argv[0], run_name="__main__")
"""


class ForkedPrograms:
    """The process that is forked, begun when it is first asked for something."""

    def __init__(self):
        self._process = None

    def __call__(self, code, *arguments, **options):
        """Runs Python code as `python -c` does; returns the finished process.

        Args:
            code: The code.
            *arguments: What follows in `sys.argv`.
            **options: `cwd`, the folder to run in, and `timeout` in seconds; others are changes of the environment,
                None for a variable that is not to be there.
        """
        return self._run(code, ["-c", *arguments], **options)

    def script(self, path, *arguments, **options):
        """Runs a program of the project, by its path there, step by step; returns the finished process."""
        return self._run(EAGERLY + SCRIPT, [str(ROOT / path), *arguments], **options)

    def _run(self, code, argv, cwd, timeout=280, **environment):
        environment = {name: value for name, value in (os.environ | environment).items() if value is not None}
        with tempfile.TemporaryDirectory() as folder:
            said = [os.path.join(folder, name) for name in ("stdout", "stderr")]
            self._send(code=code, argv=argv, cwd=str(cwd), environment=environment, said=said)
            status = self._answer(timeout)
            texts = [pathlib.Path(path).read_text() for path in said]
        return subprocess.CompletedProcess(argv, status, *texts)

    def close(self):
        """Ends the process."""
        if self._process is not None:
            self._process.stdin.close()
            self._process.wait(timeout=60)

    def _send(self, **asked):
        if self._process is None:
            paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
            self._process = subprocess.Popen(
                [sys.executable, str(HERE)],
                env=os.environ | {"PYTHONPATH": paths, "TF_CPP_MIN_LOG_LEVEL": "2"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()

    def _answer(self, timeout):
        """Returns the exit status of what runs; after so many seconds it is ended, and the forked process with it."""
        if not select.select([self._process.stdout], [], [], timeout)[0]:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
            raise TimeoutError(f"The program has not ended in {timeout} seconds.")
        return int(self._process.stdout.readline())


def _serve():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for name in IMPORTED:
        __import__(name)
    gc.collect()
    gc.freeze()  # in forks, too, it stays
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            return _run(**asked)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


def _run(code, argv, cwd, environment, said):
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, path in enumerate(said, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.argv = argv
    sys.path.insert(0, "")
    sys.modules["__main__"] = main = types.ModuleType("__main__")
    exec(compile(code, "<string>", "exec"), vars(main))


if __name__ == "__main__":
    _serve()
