"""How every program of the project runs: nothing on the screen but its own words, and an error ends in a message."""

import contextlib
import linecache
import re
import sys
import tempfile
import traceback
from collections.abc import Callable

from absl import app, flags

from bmt_tf._kernels import use_onednn
from bmt_tf._quiet import hide_foreign_lines, is_ours

FLAGS = flags.FLAGS
# The flags belong to the script that asks for them, so that its --help shows them.
flags.disclaim_key_flags()

_MISSING = re.compile(r"flag --(\w+)=None: Flag --\w+ must have a value other than None\.")  # as absl puts it
WRONG_INPUT, STOPPED = 2, 130  # exit statuses
RAISED_ON_PURPOSE = (ValueError, TypeError, OSError, FloatingPointError, app.UsageError, flags.Error)


def define_modules() -> None:
    """Defines `--modules` for a script whose settings do not have it; `run_main` imports them."""
    flags.DEFINE_list(
        "modules", [], "Files, or importable names, of Python modules that make tasks, heads and encoders known."
    )


def run_main(main: Callable[[list[str]], None]) -> None:
    """Runs a program: parses its flags, imports the modules they name, and calls `main` with the other arguments.

    An error that is raised on purpose ends in its message and exit status 2; any other says besides where the stack of
    calls can be read. `--traceback` shows it at once.

    Args:
        main: Takes the arguments that are no flags, the program's name first.
    """
    flags.DEFINE_bool("traceback", False, "Whether an error shows the stack of calls that led to it.")
    app.run(lambda argv: _guarded(main, argv), flags_parser=_parsed)


def _parsed(argv: list[str]) -> list[str]:
    try:
        return FLAGS(argv)
    except flags.Error as error:
        _end(_MISSING.sub(r"--\1 must be given.", str(error)) + "\n--help lists the flags.")


def _guarded(main: Callable[[list[str]], None], argv: list[str]) -> None:
    hide_foreign_lines()
    use_onednn()
    try:
        if "modules" in FLAGS and FLAGS.modules:
            from bmt_tf.runs.modules import import_modules

            import_modules(FLAGS.modules)
        main(argv)
    except KeyboardInterrupt:
        _show_stack()
        _end("Stopped.", STOPPED)
    except Exception as error:
        _show_stack()
        _end(_message(error))


def _show_stack() -> None:
    if FLAGS.traceback:
        traceback.print_exc()


def _message(error: Exception) -> str:
    if _on_purpose(error) or FLAGS.traceback:
        return str(error) or type(error).__name__
    return (
        f"{type(error).__name__}: {error}\nThis was not foreseen, and may be a fault of bmt_tf: --traceback shows the "
        f"calls that led to it{_kept(error)}."
    )


def _on_purpose(error: Exception) -> bool:
    """Returns whether an error was raised to say something to the user: by a file system, or by a `raise` of ours."""
    if isinstance(error, OSError):
        return True
    last = traceback.extract_tb(error.__traceback__)[-1]
    raised = linecache.getline(last.filename, last.lineno).lstrip().startswith("raise ")
    return isinstance(error, RAISED_ON_PURPOSE) and (
        isinstance(error, app.UsageError | flags.Error) or (raised and is_ours(last.filename))
    )


def _kept(error: Exception) -> str:
    """Writes the stack of calls to a file, as the work that led to the error may be long, and says where."""
    with (
        contextlib.suppress(OSError),
        tempfile.NamedTemporaryFile("w", prefix="bmt_tf_", suffix=".txt", delete=False) as file,
    ):
        file.write("".join(traceback.format_exception(error)))
        return f"; they are kept in {file.name}"
    return ""


def _end(message: str, status: int = WRONG_INPUT) -> None:
    sys.stdout.flush()
    print(message, file=sys.stderr, flush=True)
    sys.exit(status)
