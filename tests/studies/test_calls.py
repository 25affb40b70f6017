"""A call knows what its result depends on: its words, and the flags in flag files, but none without effect."""

from studies import calls
from studies.calls import Job, flag_words


def settings(*words):
    return Job("train", "a", ("scripts/train.py", *words), (), "a/.finished").settings()


def test_flags_are_typed_as_the_scripts_take_them():
    values = {"steps": 3, "flip": False, "xla": True, "scales": [], "image_size": [32, 48], "loss_weights": {"a": 1.5}}
    assert flag_words(values) == (
        "--steps=3", "--noflip", "--xla", "--scales=", "--image_size=32,48", "--loss_weights=a=1.5",
    )  # fmt: skip


def test_places_are_filled_in_for_the_call_alone():
    job = Job("train", "a", ("scripts/train.py", "--data={data}", "--run_dir={out}/a"), (), "a/.finished")
    places = {"out": "runs/x", "data": "photographs", "weights": ""}
    assert job.command(places) == ("scripts/train.py", "--data=photographs", "--run_dir=runs/x/a")
    assert "--data={data}" in job.settings()


def test_a_flag_file_counts_by_its_flags(tmp_path, monkeypatch):
    monkeypatch.setattr(calls, "ROOT", tmp_path)
    (tmp_path / "base.flags").write_text("--steps=10\n--learning_rate=0.1\n")
    (tmp_path / "more.flags").write_text("# A comment.\n--flagfile=base.flags\n--steps=20\n\n--log_every=5\n")
    found = settings("--flagfile=more.flags", "--seed=1")
    assert found == settings("--steps=20", "--learning_rate=0.1", "--seed=1", "--checkpoint_every=7")
    assert found == "scripts/train.py\n--learning_rate=0.1\n--seed=1\n--steps=20\n"
    assert settings("--flagfile=more.flags", "--steps=10") == settings("--flagfile=base.flags")
