"""Says how far several trees agree: how often tasks are together at each block, the mean agreement, the consensus tree.

python scripts/agreement.py runs/search_seed0 runs/search_seed1 runs/tree/grouping.json --output=runs/agreement
"""

import itertools

from absl import app, flags
from running import run_main

FLAGS = flags.FLAGS
flags.DEFINE_string("output", "", "Directory for pictures of the trees and the consensus as grouping.json.")


def main(argv: list[str]) -> None:
    """Compares the groupings, or run directories with one, that are named on the command line."""
    if len(argv) < 3:
        raise app.UsageError("Name at least two groupings or directories that hold a grouping.json.")
    from bmt_tf import _files as files
    from bmt_tf.grouping import Grouping
    from bmt_tf.search import consensus_grouping, mean_agreement, pair_frequencies

    paths = [files.join(path, "grouping.json") if files.is_folder(path) else path for path in argv[1:]]
    groupings = [Grouping.load(path) for path in paths]
    consensus = consensus_grouping(groupings)
    tasks = consensus.tasks
    pairs = list(itertools.combinations(range(len(tasks)), 2))
    width = max(map(len, consensus.blocks))
    names = [f"{tasks[t]}-{tasks[u]}" for t, u in pairs]
    print(f"together in so many of {len(groupings)} trees:\n{'':{width}}  {'  '.join(names)}")
    for block, together in zip(consensus.blocks, pair_frequencies(groupings), strict=True):
        cells = (f"{together[pair]:{len(name)}.0%}" for pair, name in zip(pairs, names, strict=True))
        print(f"{block:{width}}  {'  '.join(cells)}")
    for path, grouping in zip(paths, groupings, strict=True):
        print(f"\n{path}\n{grouping.to_text()}")
    print(f"\nconsensus\n{consensus.to_text()}\n\nmean agreement of two trees: {mean_agreement(groupings):.1%}")
    if FLAGS.output:
        consensus.save(files.join(FLAGS.output, "grouping.json"))
        for name, grouping in [("consensus", consensus), *((f"tree_{n}", g) for n, g in enumerate(groupings))]:
            files.write_bytes(files.join(FLAGS.output, f"{name}.svg"), grouping.to_svg().encode())
        print(f"{FLAGS.output}: grouping.json, consensus.svg, tree_0.svg to tree_{len(groupings) - 1}.svg")


if __name__ == "__main__":
    run_main(main)
