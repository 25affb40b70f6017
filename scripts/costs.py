"""Prints what every block of an encoder costs, and what trees cost in each unit.

python scripts/costs.py --encoder=mobilenet_v2_1.0 --data=scenes --tasks=semseg,depth --image_size=512,512
python scripts/costs.py ... runs/tree/grouping.json
python scripts/costs.py ... --soft_sharing=cross_stitch,nddr,mtan      # also what these would cost
python scripts/costs.py --encoder=resnet50 --output_stride=8 --noaspp --by_stage --heads=psp --tasks=semseg,depth \
    --image_size=256,512 --units=parameters
"""

from absl import flags
from dataclass_flags import define_flags, from_flags, parse_named, parse_size
from running import define_modules, run_main

from bmt_tf.runs.settings import EncoderSettings

FLAGS = flags.FLAGS
define_flags(EncoderSettings)
flags.DEFINE_string("data", "", "Data whose description says what its tasks' heads put out; none for the defaults.")
flags.DEFINE_list("tasks", None, "Task names.", required=True)
flags.DEFINE_list(
    "heads", [], "Heads as for training: task=head,... or one for all, where they are not the usual ones."
)
flags.DEFINE_list("image_size", None, "Height and width in pixels.", required=True)
flags.DEFINE_list(
    "units",
    ["parameters", "multiply_adds"],
    "Units: parameters, multiply_adds, paper_multiply_adds, milliseconds (measured on this machine).",
)
flags.DEFINE_string(
    "runtime",
    "saved_model",
    "Where milliseconds are measured: saved_model, litert, litert_float16, litert_int8 or onnx.",
)
flags.DEFINE_string("threads", "auto", "With how many threads milliseconds are measured, as for training.")
flags.DEFINE_list("soft_sharing", [], "Soft-sharing networks to count too: cross_stitch, nddr, mtan; they are built.")
define_modules()


def main(argv: list[str]) -> None:
    """Prints one table per unit, and a line for each grouping named on the command line."""
    image_size = parse_size(FLAGS.image_size, "image_size")
    from bmt_tf import use_threads
    from bmt_tf.costs import get_unit, model_cost
    from bmt_tf.data import open_data
    from bmt_tf.export import served_latency, tree_costs
    from bmt_tf.export.folding import folded
    from bmt_tf.export.serving import ALL_TASKS
    from bmt_tf.export.tree_latency import Parted
    from bmt_tf.grouping import Grouping
    from bmt_tf.models import build_soft_sharing
    from bmt_tf.runs.data import with_heads
    from bmt_tf.runs.network import make_encoder
    from bmt_tf.tasks import get_task

    threads = use_threads(FLAGS.threads, branches=len(FLAGS.tasks))
    encoder = make_encoder(from_flags(EncoderSettings))
    known = open_data(FLAGS.data, "train").tasks if FLAGS.data else {}
    tasks = [known[name] if name in known else get_task(name) for name in FLAGS.tasks]
    tasks = with_heads(tasks, parse_named(FLAGS.heads, str, "heads"))
    groupings = [(path, Grouping.load(path)) for path in argv[1:]]
    soft = {method: build_soft_sharing(method, encoder, tasks) for method in FLAGS.soft_sharing}

    def soft_cost(network, unit):
        if get_unit(unit).counted:
            return model_cost(network, unit, image_size)
        exportable = Parted(folded(network), tasks, encoder.stride)
        return served_latency({"": exportable}, image_size, FLAGS.runtime)[""][ALL_TASKS].median

    for unit in FLAGS.units:
        table = tree_costs(encoder, tasks, image_size, unit, FLAGS.runtime)
        print(f"\n{unit}" if get_unit(unit).counted else f"\n{unit} in {FLAGS.runtime}, {threads} threads")
        for name, cost in [
            ("stem", table.stem),
            *table.blocks.items(),
            *((f"head {name}", cost) for name, cost in table.heads.items()),
        ]:
            print(f"  {name:16} {cost:>18,.6g}" if not get_unit(unit).counted else f"  {name:16} {cost:>18,}")
        shared = Grouping.shared(FLAGS.tasks, encoder.block_names, encoder=encoder.name)
        separate = Grouping.separate(FLAGS.tasks, encoder.block_names, encoder=encoder.name)
        totals = [
            ("single networks", table.single()),
            ("shared", table.cost(shared)),
            ("separate, stem shared", table.cost(separate)),
            *((path, table.cost(grouping)) for path, grouping in groupings),
            *((method, soft_cost(network, unit)) for method, network in soft.items()),
        ]
        for name, cost in totals:
            print(f"  {name:24} {cost:>18,.10g}  {cost / table.single():7.1%} of single")


if __name__ == "__main__":
    run_main(main)
