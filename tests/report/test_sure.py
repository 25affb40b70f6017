"""How sure choices are, side by side."""

import dataclasses

import numpy as np

from bmt_tf.affinity import tree_certainty
from bmt_tf.report import read_study
from bmt_tf.report.sure import sure_section


def test_a_search_is_as_sure_as_its_probabilities(searched_dir):
    study = read_study(searched_dir)
    (row,) = sure_section(study)
    probs = study.searches[0].history.probs.max(axis=-1)
    assert (row["names"], row["method"]) == (["search"], "bmtas")
    assert row["agree"] == f"{probs.mean():.0%}" and row["least"] == f"{probs.min():.0%}"
    assert row["at"] == study.searches[0].tree.blocks[int(np.argmin(probs.min(axis=1)))]


def test_a_choice_by_affinity_is_as_sure_as_its_draws_and_a_second_of_the_same_tree_has_no_row(study_dir):
    study = read_study(study_dir)
    (front,) = study.fronts
    count = len(front.chosen.tasks)
    together = np.full((len(front.chosen.blocks), count, count), 0.6)
    sure = tree_certainty(together, front.chosen)
    twice = [dataclasses.replace(front, name=name, certainty=sure) for name in ("one", "two")]
    (row,) = sure_section(dataclasses.replace(study, fronts=tuple(twice)))
    shares = [block.share for block in sure]
    assert row["names"] == ["one", "two"] and row["method"] == "bmn"
    assert row["agree"] == f"{np.mean(shares):.0%}" and row["least"] == f"{min(shares):.0%}"
    assert f"of {len(shares)} blocks decided" in row["asked"]
