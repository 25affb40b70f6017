"""Searches the tree of layer sharing by gradient; writes grouping.json, alpha.npz and search.json.

    python scripts/search.py --data=scenes --tasks=semseg,depth,normals --run_dir=runs/search --image_size=96,128 \
        --encoder=mobilenet_v2_0.35 --steps=600 --warm_up_steps=100 --trade_off=0.5
    python scripts/train.py ... --grouping=runs/search/grouping.json --run_dir=runs/searched
"""

from absl import app
from dataclass_flags import define_flags, from_flags
from running import run_main

from bmt_tf.runs.search_config import SearchConfig

define_flags(SearchConfig)


def main(argv: list[str]) -> None:
    """Runs the search that the flags describe and prints the tree."""
    if len(argv) > 1:
        raise app.UsageError(f"All settings are flags. Received: {argv[1:]}.")
    config = from_flags(SearchConfig)
    from bmt_tf.runs import Run
    from bmt_tf.training import search

    run = Run.load(search(config))
    cost, unit, share = (run.grouping.made_by[name] for name in ("cost", "unit", "fraction_of_single"))
    print(
        f"{run.paths.grouping}: {cost:,.10g} {unit} ({share:.1%} of the single-task networks)\n\n"
        f"{run.grouping.to_text()}"
    )


if __name__ == "__main__":
    run_main(main)
