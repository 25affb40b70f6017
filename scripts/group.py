"""Chooses the tree of layer sharing for a budget; writes grouping.json, and the front it was chosen from.

    python scripts/group.py --affinity=runs/affinity --budget=70% --output=runs/tree
    python scripts/group.py --method=bmtas --search=runs/search --budget=70% --output=runs/likely
    python scripts/group.py --method=fafs --shared=runs/shared --budget=70% --output=runs/fafs
    python scripts/group.py --affinity=runs/affinity --budget=9 --unit=milliseconds --runtime=litert --output=runs/quick
    python scripts/group.py --method=vanilla --like=runs/tree/grouping.json --output=runs/vanilla
    python scripts/group.py --method=all --number=3 --affinity=runs/affinity --output=runs/all_3

The network and the data are those that the affinity, the search, the shared run or the tree was made on.
"""

from absl import app
from dataclass_flags import define_flags, from_flags
from running import define_modules, run_main

from bmt_tf.choosing.config import ChoiceConfig

define_flags(ChoiceConfig)
define_modules()

SHOWN = 20  # trees of the front


def main(argv: list[str]) -> None:
    """Chooses the tree and prints it, how sure it is, and the trees around it on the front."""
    if len(argv) > 1:
        raise app.UsageError(f"All settings are flags. Received: {argv[1:]}.")
    config = from_flags(ChoiceConfig)
    from bmt_tf.choosing import choose_tree

    choice = choose_tree(config)
    if config.method == "all":
        print(f"number {config.number} of {choice.grouping.made_by['of']:,} trees within the budget, counted from 0")
    print(
        f"chosen {choice.cost:,.10g} of a budget of {choice.budget:,.10g} {choice.table.unit} "
        f"({choice.cost / choice.table.single():.1%} of the single-task networks)\n\n{choice.grouping.to_text()}"
    )
    if choice.together is not None:
        from bmt_tf.affinity import certainty_lines, tree_certainty

        print("\n" + "\n".join(certainty_lines(tree_certainty(choice.together, choice.grouping))))
    if choice.front:
        _print_front(choice)
    if choice.beam_gap is not None:
        print(f"\nbeam search of width {config.beam_width} misses this exact front by at most {choice.beam_gap:.4g}")


def _print_front(choice) -> None:
    """Prints the choice and its neighbours by cost."""
    front, single = choice.front, choice.table.single()
    chosen = [point.grouping.partitions for point in front].index(choice.grouping.partitions)
    first = max(0, min(chosen - SHOWN // 2, len(front) - SHOWN))
    shown = front[first : first + SHOWN]
    print(f"\n{len(shown)} of {len(front)} trees of the front; all of them are in front.csv")
    print(f"{'':2}{'cost (' + choice.table.unit + ')':>28} {'of single':>9} {'score':>10}  branches per block")
    for number, point in enumerate(shown, first):
        print(
            f"{'>' if number == chosen else '':2}{point.cost:>28,.10g} {point.cost / single:>9.1%} "
            f"{point.score:>10.4f}  {' '.join(map(str, point.grouping.branches))}"
        )


if __name__ == "__main__":
    run_main(main)
