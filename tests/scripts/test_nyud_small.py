"""The study on photographs calls the scripts with flags that they take, and needs its two arguments."""

from house.commands import command_faults


def test_every_run_is_taken_by_its_script(noted, root, tmp_path):
    calls, done = noted("scripts/nyud_small.sh", "DATA", "WEIGHTS", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert command_faults(root, calls) == []
    runs = {word.rpartition("/")[2] for call in calls for word in call if word.startswith("--run_dir=")}
    assert {"single", "shared", "bmn_85", "vanilla", "random_1", "bmtas_10", "search_10_hard"} <= runs
    assert calls[-1] == ["scripts/report.py", str(tmp_path / "out")]


def test_without_data_it_says_how_it_is_called(noted):
    calls, done = noted("scripts/nyud_small.sh", "DATA")
    assert done.returncode == 2 and calls == []
    assert "bash scripts/nyud_small.sh DATA WEIGHTS [FOLDER]" in done.stderr
