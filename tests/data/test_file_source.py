"""Tests of sources over files."""

import json
import os

import numpy as np
import pytest

from bmt_tf.data import Folder
from bmt_tf.data.loaded import Loaded
from bmt_tf.data.source import state_of


def test_a_label_of_another_size_names_both_files(data_folder, write):
    write(data_folder / "train" / "edge" / "c.png", np.zeros([6, 4], np.uint8))
    source = Folder(str(data_folder), "train")
    source[0]
    message = r"edge/c\.png: a label of task 'edge' must have the size of its image .*image/c\.png, 4 x 6 .*: 6 x 4"
    with pytest.raises(ValueError, match=message):
        source[2]
    assert source.read_label(2, "edge", None).shape == (6, 4, 1)


def test_other_tasks_are_not_read(data_folder):
    for path in (data_folder / "train" / "edge").iterdir():
        path.write_text("damaged")
    source = Folder(str(data_folder), "train")
    assert list(source.only(["depth"])[0]["labels"]) == ["depth"]
    assert source.only(["depth"]).fingerprint() == source.fingerprint()
    with pytest.raises(ValueError, match=r"edge/a\.png: the file must be readable"):
        source[0]


def test_the_size_comes_without_decoding(data_folder):
    path = data_folder / "train" / "image" / "a.png"
    path.write_bytes(path.read_bytes()[:60])
    assert Folder(str(data_folder), "train").image_size(0) == (4, 6)


def test_beyond_the_end_iteration_stops(data_folder):
    assert [example["id"] for example in Folder(str(data_folder), "val")] == ["d", "e"]


def test_the_fingerprint_follows_description_names_and_sizes(data_folder):
    def fingerprint(split="train"):
        return Folder(str(data_folder), split).fingerprint()

    seen = [fingerprint(), fingerprint("val")]
    assert fingerprint() == seen[0]
    os.truncate(data_folder / "train" / "edge" / "a.png", 10)
    seen.append(fingerprint())
    (data_folder / "train" / "edge" / "a.png").unlink()
    seen.append(fingerprint())
    (data_folder / "train" / "image" / "c.png").rename(data_folder / "train" / "image" / "f.png")
    seen.append(fingerprint())
    settings = json.loads((data_folder / "dataset.json").read_text())
    settings["tasks"]["depth"]["metres_per_step"] = 1
    (data_folder / "dataset.json").write_text(json.dumps(settings))
    seen.append(fingerprint())
    assert len(set(seen)) == 6


def test_the_state_follows_what_is_written_without_another_size(data_folder):
    path = data_folder / "train" / "depth" / "a.png"
    sources = {split: Folder(str(data_folder), split) for split in ("train", "val")}
    before = {split: (source.fingerprint(), state_of(source)) for split, source in sources.items()}
    path.write_bytes(path.read_bytes()[::-1])
    os.utime(path, ns=(1, os.stat(path).st_mtime_ns + 1))
    after = {split: (source.fingerprint(), state_of(source)) for split, source in sources.items()}
    assert after["val"] == before["val"] and after["train"][0] == before["train"][0]
    assert after["train"][1] != before["train"][1]
    assert state_of(Loaded(sources["train"], (2,))) == after["train"][1]
