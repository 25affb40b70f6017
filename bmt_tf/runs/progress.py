"""What a long run says: a bar with the time left, TensorBoard, and a stop at numbers that are not finite.

A run has one or more phases, whose losses, times and tags are kept apart.
"""

import math
import os
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from bmt_tf._progress_bar import progress_bar, time_text
from bmt_tf.runs.run import Run

_PIXELS = 16  # of one number in a picture


class Progress:
    """Collects what steps report, looks at it every few steps and at each change of phase, and shows it.

    Reports are read back only when they are looked at, so that an accelerator never waits for them. A report maps
    `losses` to scalars by task, and may have `labelled` (whether the batch had a label, by task), `finite` (whether
    alpha is, by task), `finite_gradient` (the like), and further scalars, which are shown as they are.
    """

    def __init__(
        self,
        name: str,
        events: str,
        left: Callable[[int], Mapping[str, int]],  # steps done -> steps left by phase, in the order of the phases
        log_every: int,  # steps between two looks
        shows: bool = True,  # whether this process shows and writes anything
        before: Mapping[str, Any] | None = None,  # `timing` of the earlier parts of the run
    ):
        self._left, self._every = left, log_every
        phases = left(0)
        self._phase, self._done = next(iter(phases)), 0
        self._pending: list[tuple[int, Mapping[str, Any]]] = []
        before = before or {}
        self._seconds = dict.fromkeys(phases, 0.0) | before.get("seconds", {})
        self._medians = dict.fromkeys(phases) | before.get("seconds_per_step", {})
        self._durations: dict[str, list[float]] = {phase: [] for phase in phases}
        self._traced: set[str] = set()
        self._bar = progress_bar(
            total=sum(phases.values()),
            unit="step",
            desc=name,
            disable=not shows,
            bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}{postfix}]",
        )
        self._writer = tf.summary.create_file_writer(events) if shows else None
        self._last = time.perf_counter()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *error) -> None:
        self._bar.close()
        if self._writer is not None:
            self._writer.close()

    @property
    def timing(self) -> dict[str, Any]:
        """By phase, `seconds` in all parts of the run and `seconds_per_step`, median of the last part that has one."""
        medians = {phase: statistics.median(values) for phase, values in self._durations.items() if values}
        return {"seconds": dict(self._seconds), "seconds_per_step": {**self._medians, **medians}}

    def resume(self, done: int) -> None:
        """Moves the bar to where the run goes on: so many steps are done in all phases."""
        self._done = self._bar.n = done
        self._last = time.perf_counter()
        self._bar.refresh()

    def enter(self, phase: str) -> None:
        """Looks at what is left of another phase, so that its reports and its time do not mix with this one's."""
        if phase != self._phase:
            self.flush()
            self._phase = phase

    def add(self, done: int, report: Mapping[str, Any]) -> None:
        """Takes what one step reports, the one after which `done` steps are done in all phases."""
        self._done = done
        self._pending.append((done, report))
        self._bar.update(1)
        if len(self._pending) >= self._every:
            self.flush()

    def flush(self) -> None:
        """Looks at the reports since the last look; a loss or alpha that is not finite is a FloatingPointError."""
        if not self._pending:
            return
        rows = [(done, tf.nest.map_structure(lambda value: value.numpy(), report)) for done, report in self._pending]
        self._pending = []
        self._check_finite(rows)
        self._take_time(len(rows))
        self._show(rows)

    def show(self, done: int, scalars: Mapping[str, float], matrices: Mapping[str, np.ndarray]) -> None:
        """Writes numbers, and matrices of numbers from 0 to 1 as pictures, to TensorBoard."""
        if self._writer is None:
            return
        with self._writer.as_default(step=done):
            for tag, matrix in matrices.items():
                picture = np.kron(matrix, np.ones([_PIXELS, _PIXELS]))[None, ..., None].astype(np.float32)
                tf.summary.image(tag, picture)
            for tag, value in scalars.items():
                tf.summary.scalar(tag, value)

    def _check_finite(self, rows: list) -> None:
        for done, report in rows:
            alpha, gradient = (
                {name: 0.0 if finite else math.nan for name, finite in report.get(key, {}).items()}
                for key in ("finite", "finite_gradient")
            )
            for quantity, values in (("loss", report["losses"]), ("alpha", alpha), ("gradient", gradient)):
                bad = [name for name, value in values.items() if not math.isfinite(value)]
                if bad:
                    raise FloatingPointError(
                        f"The {quantity} of task {bad[0]!r} must be finite. Received: {values[bad[0]]} at step {done} "
                        f"in phase {self._phase!r}; the last checkpoint is from before."
                    )

    def _take_time(self, steps: int) -> None:
        now = time.perf_counter()
        self._seconds[self._phase] += now - self._last
        if self._phase in self._traced:  # The first look at a phase holds the tracing of its function.
            self._durations[self._phase].append((now - self._last) / steps)
        self._traced.add(self._phase)
        self._last = now

    def _show(self, rows: list) -> None:
        last, report = rows[-1]
        means = {}
        for name in report["losses"]:
            labelled = [row["losses"][name] for _, row in rows if row.get("labelled", {}).get(name, True)]
            if labelled:
                means[f"loss_{name}"] = float(np.mean(labelled))
        self._bar.set_postfix_str(self._postfix(means), refresh=False)
        scalars = {name: float(value) for name, value in report.items() if not isinstance(value, Mapping)}
        self.show(last, {f"{self._phase}/{name}": value for name, value in (means | scalars).items()}, {})

    def _postfix(self, losses: Mapping[str, float]) -> str:
        """Returns the losses and the time left, where there are several phases that of each which has been timed."""
        shown = " ".join(f"{name.removeprefix('loss_')}={loss:.4g}" for name, loss in losses.items())
        times = {
            phase: time_text(steps * statistics.median(self._durations[phase]))
            for phase, steps in self._left(self._done).items()
            if steps and self._durations[phase]
        }
        if len(self._durations) == 1:  # The one phase need not be named.
            return shown + "".join(f", left: {time}" for time in times.values())
        left = " ".join(f"{phase}={time}" for phase, time in times.items())
        return f"{self._phase} {shown}" + (f", left: {left}" if left else "")


def progress_of_run(
    run: Run, left: Callable[[int], Mapping[str, int]], shows: bool, before: Mapping[str, Any] | None = None
) -> Progress:
    """Returns the progress of a run."""
    name = os.path.basename(run.path.rstrip("/"))
    return Progress(name, run.paths.events, left, run.settings.log_every, shows, before)
