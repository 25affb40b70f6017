"""Fixtures of all tests: the project's files, parsed once for the house rules, and two logical processors."""

import gc
import sys

import coverage
import hypothesis
import pytest
from house.plan import COVERED
from house.sources import ROOT, parsed

from bmt_tf import use_onednn

use_onednn()  # as every script does
pytest_plugins = ["run_fixtures", "tree_fixtures"]
# Times on a shared machine say nothing of right or wrong.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
# Files that one process takes, one after another: the project is parsed once, and programs are forked from one process.
TOGETHER = (
    "tests/house/",
    "tests/scripts/test_bmn_road.py",
    "tests/scripts/test_bmtas_road.py",
    "tests/scripts/test_tables.py",
    "tests/studies/test_miniature.py",
    "tests/test_threads.py",
)


@pytest.fixture(scope="session")
def root():
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def package():
    """The files of the package."""
    return parsed("bmt_tf")


@pytest.fixture(scope="session")
def project(package):
    """All Python files of the project."""
    return package + [one for folder in ("scripts", "studies", "benchmarks", "docs", "tests") for one in parsed(folder)]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Hands out the tests by file, as `--dist=loadfile` does, but some files together."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return TOGETHER[0] if nodeid.startswith(TOGETHER) else super()._split_scope(nodeid)

    return Scheduling(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Puts the files of the longest tests first, so that no process is left with one while the others are done."""
    long = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: item.path not in long)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    """Takes from a test what costs time and tells nothing: tracing of few steps, and coverage that nobody asks for.

    What is about traced functions is marked as `traced`.
    """
    if "tensorflow" in sys.modules:
        import tensorflow as tf

        tf.config.run_functions_eagerly(not item.get_closest_marker("traced"))
    watcher, room = coverage.Coverage.current(), item.path.relative_to(ROOT / "tests").parts[0]
    if watcher is None or room.removeprefix("test").removesuffix(".py") in COVERED:
        return (yield)
    watcher.stop()
    try:
        return (yield)
    finally:
        watcher.start()


def pytest_collection_finish(session):
    """Splits the processor before the first test, once a collected test has imported TensorFlow or asks for it.

    TensorFlow allows it only before its first use. And what has been imported stays: it need not be looked through
    whenever Python looks for what it can let go.
    """
    gc.collect()
    gc.freeze()
    asks = any("two_devices" in getattr(item, "fixturenames", ()) for item in session.items)
    if asks or "tensorflow" in sys.modules:
        _split_the_processor()


def _split_the_processor():
    import tensorflow as tf

    processor = tf.config.list_physical_devices("CPU")[0]
    if len(tf.config.get_logical_device_configuration(processor) or ()) != 2:
        tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)


@pytest.fixture(scope="session")
def two_devices():
    """Names of two logical processors."""
    _split_the_processor()
    return "CPU:0", "CPU:1"


@pytest.fixture(scope="session")
def two_replicas(two_devices):
    """The strategy of two replicas on this host.

    It is the one that training takes: a second one in the same process would number its collective operations like
    the first, and TensorFlow ends both where their shapes differ.
    """
    from bmt_tf.runs.strategy import make_strategy

    return make_strategy(2)
