"""How sure the choices of a study are, side by side: those by affinity and those by gradient."""

import numpy as np

from bmt_tf.report.searches import Search
from bmt_tf.report.study import Front, Study
from bmt_tf.report.trees import method_of


def sure_section(study: Study) -> list[dict]:
    """Returns a row for each choice of which it is known how sure it is.

    Of a front these are draws of a bootstrap, of a search the probabilities that it ended with. Choices of one tree
    that are equally sure are one row.
    """
    rows: dict[tuple, dict] = {}
    for row in [_of_front(front) for front in study.fronts if front.certainty] + [
        _of_search(s) for s in study.searches
    ]:
        key = (row["method"], row["asked"], row["agree"], row["least"], row["at"], row.pop("tree"))
        rows.setdefault(key, row | {"names": []})["names"].append(row["name"])
    return list(rows.values())


def _of_front(front: Front) -> dict:
    shares = [block.share for block in front.certainty]
    least = int(np.argmin(shares))
    undecided = sum(block.undecided for block in front.certainty)
    decided = f"draws of the images; {len(shares) - undecided} of {len(shares)} blocks decided"
    return _row(front, decided, float(np.mean(shares)), shares[least], front.certainty[least].block, front.chosen)


def _of_search(search: Search) -> dict:
    chosen = np.asarray(search.history.probs).max(axis=-1)  # [L, T]
    block = int(chosen.min(axis=1).argmin())
    name = search.tree.blocks[block]
    return _row(
        search, "probability of the routing", float(chosen.mean()), float(chosen[block].min()), name, search.tree
    )


def _row(made: Front | Search, asked: str, agree: float, least: float, at: str, tree) -> dict:
    return {
        "name": made.name,
        "method": method_of(tree) or "other",
        "asked": asked,
        "agree": f"{agree:.0%}",
        "least": f"{least:.0%}",
        "at": at,
        "tree": tree,
    }
