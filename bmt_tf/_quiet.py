"""Keeps the lines of other packages off the screen: only what the project itself says is shown."""

import contextlib
import importlib.abc
import importlib.util
import logging
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_PYTHON = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
# What TensorFlow's native code says before it asks for the level of its log.
_START_UP = re.compile(
    r"WARNING: All log messages before absl::InitializeLog\(\)|To enable the following instructions:"
    r"|(?:[IW]\d{4} |\d{4}-\d\d-\d\d )[\d:.]+:? .*\.cc:\d+\]|E\d{4} [\d:.]+ .*\bcu\w*\.cc:\d+\]"
)
_PASS_ON = """
import re, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
told = re.compile(sys.argv[1].encode())
for line in sys.stdin.buffer:
    if not told.match(line):
        sys.stderr.buffer.write(line)
        sys.stderr.flush()
"""


def is_ours(path: str) -> bool:
    """Returns whether a file is the project's or the user's own, not that of Python or of an installed package."""
    path = os.path.abspath(path)
    installed = {"site-packages", "dist-packages"} & set(path.split(os.sep))
    return path.startswith(_HERE) or not (installed or path.startswith(_PYTHON))


def hide_foreign_lines() -> None:
    """Hides what TensorFlow says when it starts, and the log lines and warnings of installed packages but for errors.

    To be called before TensorFlow is imported, with the handlers of the log in place. `TF_CPP_MIN_LOG_LEVEL=0` in the
    environment leaves everything on the screen.
    """
    if os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3") == "0":
        return
    warnings.showwarning = _show_warning
    for handler in logging.getLogger().handlers:
        handler.addFilter(_is_shown)
        handler.setFormatter(_Plain())
    if "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, _QuietImport())


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        level = "" if record.levelno <= logging.INFO else f"{record.levelname.capitalize()}: "
        return f"{level}{record.getMessage()}"


def _is_shown(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR or is_ours(record.pathname)


def _show_warning(message, category, filename, lineno, file=None, line=None) -> None:
    if is_ours(filename):
        (file or sys.stderr).write(f"Warning: {message}\n")


class _QuietImport(importlib.abc.MetaPathFinder):
    """Finds TensorFlow as everybody does, and keeps its lines from the screen while it is imported."""

    def find_spec(self, name, path=None, target=None):
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def quietly(module) -> None:
                with _filtered_stderr(), _left_out("matplotlib"):
                    execute(module)
                    module.config.list_physical_devices()  # looks for drivers, and says what it does not find

            spec.loader.exec_module = quietly
        return spec


@contextlib.contextmanager
def _left_out(package: str) -> Iterator[None]:
    """Keeps a package from being imported, as if it were not installed: Keras takes pyplot, a sixth of its start."""
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None
    try:
        yield
    finally:
        del sys.modules[package]


@contextlib.contextmanager
def _filtered_stderr() -> Iterator[None]:
    """Leaves out the start-up lines of native code, which writes to the file of the process and not to `sys.stderr`.

    Another process does so: what a library says while it ends this one is still shown.
    """
    sys.stderr.flush()
    command = [sys.executable, "-I", "-S", "-c", _PASS_ON, _START_UP.pattern]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as passing:
        screen = os.dup(2)
        os.dup2(passing.stdin.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(screen, 2)
            os.close(screen)
