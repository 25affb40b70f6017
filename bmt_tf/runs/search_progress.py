"""What a search says while it works: a bar with the time left in each phase, TensorBoard, a stop at bad numbers."""

import math
import os
import statistics
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf
import tqdm

from bmt_tf.training.branch_search.schedule import PHASES, SearchSchedule

_PIXELS = 16  # of one probability in the picture of a routing


class SearchProgress:
    """Collects what the updates report, looks at it every few steps and at each change of phase, and shows it.

    Args:
        run_dir: Directory of the run; events go to its `events/`.
        schedule: The order of updates.
        log_every: Updates between two looks.
        shows: Whether this process shows and writes anything.
        before: `timing` of the earlier parts of the run.
    """

    def __init__(
        self,
        run_dir: str,
        schedule: SearchSchedule,
        log_every: int,
        shows: bool = True,
        before: Mapping[str, Any] | None = None,
    ):
        self._schedule, self._every = schedule, log_every
        self._phase, self._done = PHASES[0], 0
        self._pending: list[tuple[int, Mapping[str, Any]]] = []
        before = before or {"seconds": dict.fromkeys(PHASES, 0.0), "seconds_per_step": dict.fromkeys(PHASES)}
        self._seconds, self._medians = dict(before["seconds"]), before["seconds_per_step"]
        self._durations: dict[str, list[float]] = {phase: [] for phase in PHASES}
        self._traced: set[str] = set()
        self._bar = tqdm.tqdm(
            total=schedule.total,
            unit="step",
            desc=os.path.basename(run_dir.rstrip("/")),
            disable=not shows,
            mininterval=1.0,
            dynamic_ncols=True,
            bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}{postfix}]",
        )
        self._writer = tf.summary.create_file_writer(os.path.join(run_dir, "events")) if shows else None
        self._last = time.perf_counter()

    def __enter__(self) -> "SearchProgress":
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
        """Moves the bar to where the run goes on.

        Args:
            done: Updates done in all phases.
        """
        self._done = self._bar.n = done
        self._last = time.perf_counter()
        self._bar.refresh()

    def enter(self, phase: str) -> None:
        """Looks at what is left of another phase, so that its reports and its time do not mix with this one's.

        Args:
            phase: Phase of the update that follows.
        """
        if phase != self._phase:
            self.flush()
            self._phase = phase

    def add(self, done: int, report: Mapping[str, Any]) -> None:
        """Takes what one update reports.

        Args:
            done: Updates done in all phases, this one included.
            report: What a function of `SearchSteps` or `WarmUp` gives.
        """
        self._done = done
        self._pending.append((done, report))
        self._bar.update(1)
        if len(self._pending) >= self._every:
            self.flush()

    def flush(self) -> None:
        """Looks at the reports since the last look.

        Raises:
            FloatingPointError: A loss or alpha is not finite; names the task, the phase and the update.
        """
        if not self._pending:
            return
        rows = [(done, tf.nest.map_structure(lambda value: value.numpy(), report)) for done, report in self._pending]
        self._pending = []
        self._check_finite(rows)
        self._take_time(len(rows))
        self._show(rows)

    def show_routing(self, done: int, blocks: tuple[str, ...], probs: np.ndarray, **values: float) -> None:
        """Writes the probabilities of the candidates as one picture per block (tasks down, candidates across).

        Args:
            done: Updates done in all phases.
            blocks: L names.
            probs: `[L, T, J]`.
            **values: Further scalars.
        """
        if self._writer is None:
            return
        pictures = np.kron(probs, np.ones([1, _PIXELS, _PIXELS]))[..., None].astype(np.float32)
        with self._writer.as_default(step=done):
            for block, picture in zip(blocks, pictures, strict=True):
                tf.summary.image(f"routing/{block}", picture[None])
            for name, value in values.items():
                tf.summary.scalar(f"search/{name}", value)

    def _check_finite(self, rows: list) -> None:
        for done, report in rows:
            alpha = {name: 0.0 if finite else math.nan for name, finite in report.get("finite", {}).items()}
            for quantity, values in (("loss", report["losses"]), ("alpha", alpha)):
                bad = [name for name, value in values.items() if not math.isfinite(value)]
                if bad:
                    raise FloatingPointError(
                        f"The {quantity} of task {bad[0]!r} must be finite. Received: {values[bad[0]]} at step {done} "
                        f"of the search, in phase {self._phase!r}; the last checkpoint is from before."
                    )

    def _take_time(self, steps: int) -> None:
        now = time.perf_counter()
        self._seconds[self._phase] += now - self._last
        if self._phase in self._traced:  # The first look at a phase holds the tracing of its function.
            self._durations[self._phase].append((now - self._last) / steps)
        self._traced.add(self._phase)
        self._last = now

    def _show(self, rows: list) -> None:
        means = {}
        for name in rows[0][1]["losses"]:
            labelled = [report["losses"][name] for _, report in rows if report["labelled"][name]]
            if labelled:
                means[f"loss_{name}"] = float(np.mean(labelled))
        self._bar.set_postfix_str(self._postfix(means), refresh=False)
        if "expected_cost" in rows[-1][1]:
            means["expected_cost"] = float(rows[-1][1]["expected_cost"])
        if self._writer is not None:
            with self._writer.as_default(step=rows[-1][0]):
                for name, value in means.items():
                    tf.summary.scalar(f"{self._phase}/{name}", value)

    def _postfix(self, losses: Mapping[str, float]) -> str:
        """Returns the phase, its losses, and the time left in every phase that has been timed."""
        shown = " ".join(f"{name.removeprefix('loss_')}={loss:.4g}" for name, loss in losses.items())
        left = " ".join(
            f"{phase}={tqdm.tqdm.format_interval(steps * statistics.median(self._durations[phase]))}"
            for phase, steps in self._schedule.left(self._done).items()
            if steps and self._durations[phase]
        )
        return f"{self._phase} {shown}" + (f", left: {left}" if left else "")
