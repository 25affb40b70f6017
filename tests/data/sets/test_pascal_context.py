"""PASCAL-Context, from files that are written here as the archive has them, to labels that are known."""

import numpy as np
import pytest
from contracts.sources import SourceContract
from pascal_files import ALL, INDOORS, MAP, PARTS, write_example
from scipy.io import savemat

from bmt_tf.data import check_data, open_data
from bmt_tf.data.sets.pascal_context import PascalContext


@pytest.fixture
def root(tmp_path, write):
    for id_ in ("2008_000002", "2008_000003", "2009_000011"):
        write_example(tmp_path, id_, write)
    for name, ids in (("Context/train", "2008_000003\n2008_000002\n"), ("Context/val", "\ufeff2009_000011\r\n")):
        path = tmp_path / "ImageSets" / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ids, encoding="utf-8")
    (tmp_path / "ImageSets" / "Parts").mkdir()
    (tmp_path / "ImageSets" / "Parts" / "train.txt").write_text('{"2007_000001": [-1, 15]}')  # of another split
    return tmp_path


class TestPascalContext(SourceContract):
    @pytest.fixture
    def source(self, root):
        return open_data(str(root), "train")

    @pytest.fixture
    def others(self, root):
        return [PascalContext(str(root), "val")]


def test_labels_are_those_of_the_files(root):
    assert check_data(str(root)) == []
    source = PascalContext(str(root), "train")
    assert source.ids == ("2008_000003", "2008_000002") and PascalContext(str(root), "val").ids == ("2009_000011",)
    labels = source[0]["labels"]
    assert labels["semseg"][0, :, 0].tolist() == [0, 15, 20, 255]
    assert labels["human_parts"][..., 0].tolist() == PARTS
    assert labels["saliency"][0, :, 0].tolist() == [0, 0, 1, 1]
    known = MAP == INDOORS
    assert (np.isnan(labels["normals"][..., 0]) == ~known).all()
    np.testing.assert_allclose(labels["normals"][known], [[0, -1, 0]] * known.sum(), atol=0.005)


def test_the_tasks_are_those_of_the_paper(root):
    tasks = PascalContext(str(root), "train").tasks
    assert list(tasks) == ["semseg", "human_parts", "saliency", "normals", "edge"]
    assert (tasks["semseg"].channels, tasks["semseg"].classes[15]) == (21, "person")
    assert (tasks["edge"].measure.max_distance, tasks["edge"].loss.positive) == (0.0075, 0.95)


def test_edges_are_scored_on_the_listed_images_alone(root):
    path = root / "ImageSets" / "Context" / "val.txt"
    path.write_text("2009_000011\n2008_000002\n")
    whole = PascalContext(str(root), "val")
    (path.parent / "test_new.txt").write_text("2008_000002\n")
    chosen = PascalContext(str(root), "val")
    assert [len(one.label_paths["edge"]) for one in (whole, chosen, PascalContext(str(root), "train"))] == [2, 1, 2]
    assert (chosen[0]["labels"]["edge"] == 255).all() and len(chosen) == 2
    assert chosen.fingerprint() != whole.fingerprint()
    (path.parent / "test_new.txt").write_text("2008_000003\n")
    with pytest.raises(ValueError, match=r"test_new\.txt: the list must hold ids of the split 'val'.*2008_000003"):
        PascalContext(str(root), "val")


def test_the_semantic_labels_of_voc_go_before_the_others(root, write):
    write(root / "semseg" / "VOC12" / "2008_000002.png", np.full([3, 4], 7, np.uint8))
    source = PascalContext(str(root), "train")
    assert (source[1]["labels"]["semseg"] == 7).all() and not (source[0]["labels"]["semseg"] == 7).any()


@pytest.mark.parametrize("persons", [(), ((12, ALL, [("head", ALL)]),), ((15, ALL, []),)])
def test_without_a_person_or_parts_nothing_is_labelled(root, write, persons):
    write_example(root, "2008_000003", write, persons=persons)
    label = PascalContext(str(root), "train")[0]["labels"]["human_parts"]
    assert label.shape == (3, 4, 1) and (label == 255).all()


def refused(root, task):
    (problem,) = [one for one in check_data(str(root), tasks=[task], splits=["train"]) if one.task == task]
    return str(problem)


def test_wrong_structures_are_refused_by_the_file(root, write):
    for persons, message in (
        (((15, ALL, [("tail", ALL)]),), "must name parts among head, .*rfoot. Received: 'tail'"),
        (((15, ALL, [("head", ALL), ("torso", ALL[:2])]),), r"have masks of one size. Received: \[2, 4\] for"),
        (((15, ALL[:, :3], [("head", ALL[:, :3])]),), "have the size of its image .* 3 x 4 .* Received: 3 x 3"),
    ):
        write_example(root, "2008_000003", write, persons=persons)
        with pytest.raises(
            ValueError, match=rf"human_parts/2008_000003\.mat: a label of task 'human_parts' .*{message}"
        ):
            PascalContext(str(root), "train")[0]
    savemat(root / "human_parts" / "2008_000003.mat", {"anno": np.zeros([2, 2])})
    assert "hold structures of 2 fields. Received: float64" in refused(root, "human_parts")
    savemat(root / "human_parts" / "2008_000003.mat", {"other": np.zeros([2, 2])})
    assert "must hold the variable 'anno'. Received: variables ['other']" in refused(root, "human_parts")


def test_a_map_of_another_size_is_refused_by_its_name(root, write):
    write_example(root, "2008_000003", write, label_map=MAP.T)
    expected = "2008_000003.mat: a label of task 'edge' must have the size of its image"
    assert expected in refused(root, "edge")
    assert "trainval/2008_000003.mat: a LabelMap must have the size of the normals" in refused(root, "normals")
    write_example(root, "2008_000003", write, label_map=MAP + 0.5)
    assert "2008_000003.mat: a label of task 'edge' must hold whole numbers" in refused(root, "edge")


def test_lists_that_are_none_are_refused(root):
    path = root / "ImageSets" / "Context" / "val.txt"
    for content, message in (
        (b"2008_000002\n2008_000002\n", r"each id once. Received: \['2008_000002'\]"),
        ("2008_000002".encode("utf-16"), "must be UTF-8 text"),
        (b"\n", "one id per line. Received: none"),
    ):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=rf"val\.txt: the list .*{message}"):
            PascalContext(str(root), "val")
    path.unlink()
    with pytest.raises(FileNotFoundError, match=r"with a list .*val\.txt"):
        PascalContext(str(root), "val")
