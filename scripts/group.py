"""Chooses the tree of layer sharing for a budget; writes grouping.json, and the front it was chosen from.

    python scripts/group.py --affinity=runs/affinity/affinity.npz --data=DATA --encoder=mobilenet_v2_0.35 \
        --image_size=96,128 --budget=70% --output=runs/tree
    python scripts/group.py --method=vanilla --like=runs/tree/grouping.json ... --output=runs/vanilla
"""

from absl import app
from dataclass_flags import define_flags, from_flags

from bmt_tf.choosing.config import ChoiceConfig

define_flags(ChoiceConfig)


def main(argv: list[str]) -> None:
    """Chooses the tree and prints the front with the choice marked."""
    if len(argv) > 1:
        raise app.UsageError(f"All settings are flags. Received: {argv[1:]}.")
    config = from_flags(ChoiceConfig)
    from bmt_tf.choosing import choose_tree

    choice = choose_tree(config)
    single = choice.table.single()
    if choice.front:
        print(f"{'':2}{'cost (' + choice.table.unit + ')':>28} {'of single':>9} {'score':>10}  branches per block")
    for point in choice.front:
        mark = ">" if point.grouping.partitions == choice.grouping.partitions else " "
        print(
            f"{mark:2}{point.cost:>28,.10g} {point.cost / single:>9.1%} {point.score:>10.4f}  "
            f"{' '.join(map(str, point.grouping.branches))}"
        )
    if choice.beam_gap is not None:
        print(f"\nbeam search of width {config.beam_width} misses this exact front by at most {choice.beam_gap:.4g}")
    print(
        f"\nbudget {choice.budget:,.10g}, chosen {choice.cost:,.10g} {choice.table.unit} "
        f"({choice.cost / single:.1%} of the single-task networks)\n\n{choice.grouping.to_text()}"
    )


if __name__ == "__main__":
    app.run(main)
