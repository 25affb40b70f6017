"""Lists of very many files say what a dictionary of their paths says."""

import pytest

from bmt_tf.data.file_paths import FilePathsBuilder


@pytest.fixture
def paths(tmp_path):
    """Three files, of two folders and endings, and the dictionary of their paths."""
    builder, expected = FilePathsBuilder(), {}
    for id_, before, left_out, behind in (
        ("house/b", f"{tmp_path}/House/rgb/", 6, "_rgb.png"),
        ("house/a", f"{tmp_path}/House/rgb/", 6, "_rgb.png"),
        ("cottage", f"{tmp_path}/Cottage.jpg", 7, ""),
    ):
        builder.add(id_, before, left_out, behind, 5 if id_ == "house/b" else None)
        expected[id_] = before + id_[left_out:] + behind
    return builder.done(), expected


def test_it_is_the_dictionary_of_its_paths_by_rising_id(paths):
    found, expected = paths
    assert found == expected and list(found) == sorted(expected) and len(found) == 3
    assert found["house/a"].endswith("/House/rgb/a_rgb.png") and found["cottage"].endswith("/Cottage.jpg")
    for missing in ("", "house/aa", "z"):
        assert missing not in found and found.get(missing) is None


def test_sizes_that_are_known_are_not_asked_for(paths, tmp_path):
    found, _ = paths
    (tmp_path / "House" / "rgb").mkdir(parents=True)
    (tmp_path / "House" / "rgb" / "a_rgb.png").write_bytes(b"12")
    (tmp_path / "Cottage.jpg").write_bytes(b"1")
    assert found.sizes() == [1, 2, 5]  # b is not there


def test_equal_ids_are_kept_once(paths):
    found, expected = paths
    same = tuple(f"{id_}" for id_ in sorted(expected))
    assert found.sharing(same).ids is same and found.sharing(same) == expected
    assert found.sharing(("other",)) is found


def test_none_at_all():
    assert dict(FilePathsBuilder().done()) == {} and FilePathsBuilder().done().sizes() == []
