"""What a long run says while it works: a bar with time left, losses to TensorBoard, and a stop at bad numbers."""

import math
import os
import statistics
import time

import tensorflow as tf
import tqdm


class Progress:
    """Collects the losses of a run, looks at them every few steps and shows them.

    Losses are read back only every `log_every` steps, so that an accelerator never waits for them.

    Args:
        run_dir: Directory of the run; events go to its `events/`.
        start: Steps done before.
        total: Steps in all.
        log_every: Steps between two looks.
        shows: Whether this process shows and writes anything.
        phase: What the run is doing, for messages.
    """

    def __init__(self, run_dir: str, start: int, total: int, log_every: int, shows: bool = True, phase: str = "train"):
        self._every, self._phase = log_every, phase
        self._pending: list[tuple[int, dict[str, tf.Tensor]]] = []
        self._bar = tqdm.tqdm(total=total, initial=start, unit="step", desc=os.path.basename(run_dir.rstrip("/")),
                              disable=not shows, mininterval=1.0, dynamic_ncols=True)
        self._writer = tf.summary.create_file_writer(os.path.join(run_dir, "events")) if shows else None
        self._begun = self._last = time.perf_counter()
        self._durations: list[float] = []

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *error) -> None:
        self._bar.close()
        if self._writer is not None:
            self._writer.close()

    @property
    def seconds_per_step(self) -> float | None:
        """The median time of a step since the start; none before the second look."""
        return statistics.median(self._durations) if self._durations else None

    @property
    def hours(self) -> float:
        """The time since the start."""
        return (time.perf_counter() - self._begun) / 3600

    def add(self, step: int, losses: dict[str, tf.Tensor]) -> None:
        """Takes the losses of one step.

        Args:
            step: Number of the step, from 1.
            losses: Scalars by task.

        Raises:
            FloatingPointError: A loss since the last look is not finite; names the task and the step.
        """
        self._pending.append((step, losses))
        self._bar.update(1)
        if len(self._pending) >= self._every:
            self.flush()

    def flush(self) -> None:
        """Looks at the losses since the last look.

        Raises:
            FloatingPointError: A loss is not finite; names the task and the step.
        """
        if not self._pending:
            return
        rows = [(step, {name: float(loss) for name, loss in losses.items()}) for step, losses in self._pending]
        self._pending = []
        for step, losses in rows:
            bad = [name for name, loss in losses.items() if not math.isfinite(loss)]
            if bad:
                raise FloatingPointError(f"The loss of task {bad[0]!r} must be finite. Received: {losses[bad[0]]} at step "
                                         f"{step} of phase {self._phase!r}; the last checkpoint is from before.")
        self._show(rows)
        now = time.perf_counter()
        if rows[0][0] > self._first_traced:
            self._durations.append((now - self._last) / len(rows))
        self._last = now

    @property
    def _first_traced(self) -> int:
        """The first look holds the tracing of the step function and says nothing of its speed."""
        return self._bar.initial + self._every

    def _show(self, rows: list[tuple[int, dict[str, float]]]) -> None:
        means = {name: sum(losses[name] for _, losses in rows) / len(rows) for name in rows[0][1]}
        self._bar.set_postfix({name: f"{mean:.4g}" for name, mean in means.items()})
        if self._writer is not None:
            with self._writer.as_default(step=rows[-1][0]):
                for name, mean in means.items():
                    tf.summary.scalar(f"{self._phase}/loss_{name}", mean)
