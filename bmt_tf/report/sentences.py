"""What the page says in sentences, without judging it."""

import math

from bmt_tf.report.study import Front
from bmt_tf.report.tables import COST_KEYS, GAIN_KEY, SHOWN_UNITS, Table
from bmt_tf.report.wording import cost_text


def findings(table: Table) -> list[str]:
    """Returns one sentence for each network of a table whose delta_m is known.

    Percentages are of the single-task networks that the gain refers to; what one of them lacks is not compared.
    """
    several = sum(entry.single for entry in table.entries) > 1
    sentences = []
    for entry in table.entries:
        gain = entry.value(GAIN_KEY)
        if entry.single or not math.isfinite(gain):
            continue
        single = table.singles_of(entry)
        pairs = {key[1]: (entry.value(key), single.value(key)) for key in map(COST_KEYS.get, SHOWN_UNITS) if single}
        shares = [
            f"{ours / theirs:.0%} of the {heading}"
            for heading, (ours, theirs) in pairs.items()
            if math.isfinite(ours) and math.isfinite(theirs) and theirs > 0
        ]
        costs = f", with {', '.join(shares)}" if shares else ""
        better = "better" if gain >= 0 else "worse"
        where = f" in {entry.reference}" if entry.reference and (several or not single) else ""
        sentences.append(f"{entry.name}: {abs(gain):.2f} % {better} than the single-task networks{where}{costs}.")
    return sentences


def choice(front: Front) -> str:
    """Returns which tree of a front was chosen."""
    chosen = next((point for point in front.points if point.chosen), None)
    if chosen is None:
        return "No tree is marked as chosen."
    return f"Chosen: cost {cost_text(chosen.cost, front.unit)}, score {chosen.score:.4g}."
