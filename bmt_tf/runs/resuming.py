"""Whether a run may go on: with the settings, weights, data and tree that it was begun with, or to more steps."""

import dataclasses

from bmt_tf import _files as files
from bmt_tf.grouping import Grouping
from bmt_tf.runs import data
from bmt_tf.runs.settings import Pair

# What is said of more steps than a run was begun with.
_EXTENDING = (
    "`extend` (--extend) goes on to more steps (with the schedule `poly` the rate then jumps back up to that of the "
    "longer schedule, and the result is not that of a run of so many steps from the start), or "
)


def check_same(run, tree: Grouping | None, writes: bool) -> None:
    """Refuses to go on with a run that was begun with other settings, weights, data or tree; notes a later end."""
    settings = run.settings
    begun = type(run).load(run.path, type(settings))
    run.record = begun.record
    different = settings.differing(begun.settings, Pair.PARTS)
    weights = data.weights_content(settings.weights)
    if weights != begun.contents["weights"]:
        different["weights"] = weights, begun.contents["weights"]
    can_extend = hasattr(settings, "extend") and settings.steps > begun.settings.steps
    extended = can_extend and settings.extend
    if extended:
        del different["steps"]
    for name, (new, old) in different.items():
        way = _EXTENDING if name == "steps" and can_extend else ""
        raise ValueError(
            f"`{name}` must stay as the run was begun with ({old!r}) to resume {run.path!r}; "
            f"{way}take another directory for other settings. Received: {new!r}."
        )
    run.check_data()
    grown = getattr(settings, "widens", False)  # by now its tree is another one than it was begun with
    if tree is not None and not grown and dataclasses.replace(tree, encoder=begun.grouping.encoder) != begun.grouping:
        raise ValueError(
            f"`grouping` must be the one the run was begun with, {run.paths.grouping}, to resume. "
            f"Received:\n{tree.to_text()}\ninstead of\n{begun.grouping.to_text()}"
        )
    if extended:
        _extend(run, begun.settings.steps, writes)


def _extend(run, end: int, writes: bool) -> None:
    ends = run.record.get("extended", []) + ([end] if run.settings.schedule == "poly" else [])
    run.record = run.record | {"config": run.settings.to_json(), "extended": ends}
    if writes:
        files.write_json(run.paths.config, run.record)
