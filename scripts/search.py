"""Searches the tree of layer sharing by gradient; writes grouping.json, alpha.npz and search.json.

    python scripts/search.py --data=scenes --tasks=semseg,depth,normals --run_dir=runs/search --image_size=96,128 \
        --encoder=mobilenet_v2_0.35 --steps=600 --warm_up_steps=100 --trade_off=0.5
    python scripts/train.py ... --grouping=runs/search/grouping.json --run_dir=runs/searched
"""

from absl import app
from dataclass_flags import define_flags, from_flags

from bmt_tf.runs.search_config import SearchConfig

define_flags(SearchConfig)


def main(argv: list[str]) -> None:
    """Runs the search that the flags describe and prints the tree."""
    if len(argv) > 1:
        raise app.UsageError(f"All settings are flags. Received: {argv[1:]}.")
    config = from_flags(SearchConfig)
    from bmt_tf.grouping import Grouping
    from bmt_tf.training import search

    path = f"{search(config)}/grouping.json"
    grouping = Grouping.load(path)
    made_by = grouping.made_by
    print(
        f"{path}: {made_by['cost']:,.10g} {made_by['unit']} ({made_by['fraction_of_single']:.1%} of the single-task "
        f"networks)\n\n{grouping.to_text()}"
    )


if __name__ == "__main__":
    app.run(main)
