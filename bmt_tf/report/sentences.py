"""What the page says in sentences, without judging it."""

import math

from bmt_tf.report.study import Front
from bmt_tf.report.tables import GAIN, HEADINGS, SHOWN_UNITS, Table
from bmt_tf.report.wording import cost_text


def findings(table: Table) -> list[str]:
    """Returns one sentence for each network of a table whose delta_m is known."""
    single = next((entry for entry in table.entries if entry.single), None)
    sentences = []
    for entry in table.entries:
        gain = entry.values.get(GAIN, math.nan)
        if entry.single or not math.isfinite(gain):
            continue
        shares = [
            f"{entry.values[heading] / single.values[heading]:.0%} of the {heading}"
            for heading in (HEADINGS[unit] for unit in SHOWN_UNITS)
            if single and single.values.get(heading) and heading in entry.values
        ]
        costs = f", with {', '.join(shares)}" if shares else ""
        better = "better" if gain >= 0 else "worse"
        sentences.append(f"{entry.name}: {abs(gain):.2f} % {better} than the single-task networks{costs}.")
    return sentences


def choice(front: Front) -> str:
    """Returns which tree of a front was chosen."""
    chosen = next((point for point in front.points if point.chosen), None)
    if chosen is None:
        return "No tree is marked as chosen."
    return f"Chosen: cost {cost_text(chosen.cost, front.unit)}, score {chosen.score:.4g}."
