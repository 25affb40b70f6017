"""The demo is a study, made by the one command of the README."""

import pytest


@pytest.mark.parametrize(("folder", "output"), [((), []), (("a folder",), ["--output=a folder"])])
def test_it_runs_the_study(noted, folder, output):
    calls, done = noted("scripts/demo.sh", *folder)
    assert done.returncode == 0, done.stderr
    assert calls == [["-m", "studies", "demo", *output]]
