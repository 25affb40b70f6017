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
        phase: What the run is doing, for messages and as the first part of TensorBoard's tags.
    """

    def __init__(self, run_dir: str, start: int, total: int, log_every: int, shows: bool = True, phase: str = "train"):
        self._every, self._phase = log_every, phase
        self._pending: list[tuple[int, dict[str, tf.Tensor], tf.Tensor | None]] = []
        self._bar = tqdm.tqdm(
            total=total,
            initial=start,
            unit="step",
            desc=os.path.basename(run_dir.rstrip("/")),
            disable=not shows,
            mininterval=1.0,
            dynamic_ncols=True,
        )
        self._writer = tf.summary.create_file_writer(os.path.join(run_dir, "events")) if shows else None
        self._begun = time.perf_counter()
        self._last_look: float | None = None
        self._durations: list[float] = []

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *error) -> None:
        self._bar.close()
        if self._writer is not None:
            self._writer.close()

    @property
    def seconds_per_step(self) -> float | None:
        """The median time of a step; none before the second look, as the time until the first holds the tracing."""
        return statistics.median(self._durations) if self._durations else None

    @property
    def hours(self) -> float:
        """The time since the start."""
        return (time.perf_counter() - self._begun) / 3600

    def add(self, step: int, losses: dict[str, tf.Tensor], learning_rate: tf.Tensor | None = None) -> None:
        """Takes the losses of one step.

        Args:
            step: Number of the step, from 1.
            losses: Scalars by task.
            learning_rate: Rate of the step, for TensorBoard.

        Raises:
            FloatingPointError: A loss since the last look is not finite; names the task and the step.
        """
        self._pending.append((step, losses, learning_rate))
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
        rows = [{name: float(loss) for name, loss in losses.items()} for _, losses, _ in self._pending]
        for (step, *_), losses in zip(self._pending, rows, strict=True):
            bad = [name for name, loss in losses.items() if not math.isfinite(loss)]
            if bad:
                raise FloatingPointError(
                    f"The loss of task {bad[0]!r} must be finite. Received: {losses[bad[0]]} at "
                    f"step {step} of phase {self._phase!r}; the last checkpoint is from before."
                )
        now = time.perf_counter()
        if self._last_look is not None:
            self._durations.append((now - self._last_look) / len(rows))
        self._last_look = now
        means = {name: statistics.fmean(losses[name] for losses in rows) for name in rows[0]}
        last, _, rate = self._pending[-1]
        self._pending = []
        self._show(last, means, rate)

    def _show(self, step: int, means: dict[str, float], rate: tf.Tensor | None) -> None:
        self._bar.set_postfix({name: f"{mean:.4g}" for name, mean in means.items()})
        if self._writer is not None:
            with self._writer.as_default(step=step):
                for name, mean in means.items():
                    tf.summary.scalar(f"{self._phase}/loss_{name}", mean)
                if rate is not None:
                    tf.summary.scalar(f"{self._phase}/learning_rate", rate)
