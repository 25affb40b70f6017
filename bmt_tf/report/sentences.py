"""What the page says in sentences, without judging it."""

import math

from bmt_tf.report.lines import lines_of
from bmt_tf.report.study import Front
from bmt_tf.report.tables import COST_KEYS, GAIN_KEY, SHOWN_UNITS, Table, singles_of
from bmt_tf.report.wording import cost_text


def findings(table: Table) -> list[str]:
    """Returns one sentence for each line of a table whose delta_m is known.

    Percentages are of the single-task networks that the gain refers to; what one of them lacks is not compared.
    """
    lines = lines_of(table)
    singles = [line.entry for line in lines if line.entry.single]
    sentences = []
    for line in lines:
        entry, gain = line.entry, line.entry.value(GAIN_KEY)
        if entry.single or not math.isfinite(gain):
            continue
        single = singles_of(entry, singles)
        pairs = {key[1]: (entry.value(key), single.value(key)) for key in map(COST_KEYS.get, SHOWN_UNITS) if single}
        shares = [
            f"{ours / theirs:.0%} of the {heading}"
            for heading, (ours, theirs) in pairs.items()
            if math.isfinite(ours) and math.isfinite(theirs) and theirs > 0
        ]
        costs = f", with {', '.join(shares)}" if shares else ""
        better = "better" if gain >= 0 else "worse"
        where = f" in {entry.reference}" if entry.reference and (len(singles) > 1 or not single) else ""
        # A mean is said with its standard error.
        sure = f" ± {line.errors[GAIN_KEY]:.2f}" if line.several else ""
        name = f"{entry.name} ({entry.seed})" if line.several else entry.name
        sentences.append(f"{name}: {abs(gain):.2f}{sure} % {better} than the single-task networks{where}{costs}.")
    return sentences


def choice(front: Front) -> str:
    """Returns which tree of a front was chosen."""
    chosen = next((point for point in front.points if point.chosen), None)
    if chosen is None:
        return "No tree is marked as chosen."
    return f"Chosen: cost {cost_text(chosen.cost, front.unit)}, score {chosen.score:.4g}."
