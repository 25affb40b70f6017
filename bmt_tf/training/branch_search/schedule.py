"""The order of a search: which update comes when. Pure functions of the number of updates done. No TensorFlow.

First the warm-up; then cycles of one pass over the alpha images and one over the weight images, until the weights have
had their updates.
"""

from dataclasses import dataclass

PHASES = ("warm_up", "alpha", "theta")


@dataclass(frozen=True)
class Update:
    """One update of a search.

    Args:
        phase: `warm_up`, `alpha` or `theta`.
        batch: Number of its batch in the phase's own stream of batches, from 0.
        begins: Whether it is the first of a pass; what a change of phase resets is reset before it.
        theta_done: Updates of the weights since the warm-up; rate and temperature are functions of it.
    """

    phase: str
    batch: int
    begins: bool
    theta_done: int


@dataclass(frozen=True)
class SearchSchedule:
    """The order of the updates. Source: BMTAS, appendix A, 'Architecture search'.

    Args:
        warm_up: Batches of the warm-up.
        alpha_pass: Batches of one pass over the alpha images, at least 1.
        theta_pass: Batches of one pass over the weight images, at least 1.
        theta: Batches on which the weights are updated after the warm-up, at least 1.
    """

    warm_up: int
    alpha_pass: int
    theta_pass: int
    theta: int

    @property
    def cycles(self) -> int:
        """The number of passes over the alpha images; the last pass over the weight images may end early."""
        return -(-self.theta // self.theta_pass)

    @property
    def total(self) -> int:
        """The number of updates in all phases."""
        return self.warm_up + self.cycles * self.alpha_pass + self.theta

    def update(self, done: int) -> Update:
        """Returns the update that follows when `done` are done in all phases, fewer than `total`."""
        if done < self.warm_up:
            return Update("warm_up", done, done == 0, 0)
        cycle, place = divmod(done - self.warm_up, self.alpha_pass + self.theta_pass)
        if place < self.alpha_pass:
            return Update("alpha", cycle * self.alpha_pass + place, place == 0, cycle * self.theta_pass)
        theta_done = cycle * self.theta_pass + place - self.alpha_pass
        return Update("theta", theta_done, place == self.alpha_pass, theta_done)

    def left(self, done: int) -> dict[str, int]:
        """Returns how many updates of each phase are to come when `done` are done in all, in the order of `PHASES`."""
        if done >= self.total:
            return dict.fromkeys(PHASES, 0)
        warm_up = max(self.warm_up - done, 0)
        cycle, place = divmod(max(done - self.warm_up, 0), self.alpha_pass + self.theta_pass)
        alpha = cycle * self.alpha_pass + min(place, self.alpha_pass)
        theta = cycle * self.theta_pass + max(place - self.alpha_pass, 0)
        return {"warm_up": warm_up, "alpha": self.cycles * self.alpha_pass - alpha, "theta": self.theta - theta}

    def temperature(self, theta_done: int, start: float, end: float) -> float:
        """Returns the temperature of the samples, which falls linearly with the weights' updates since the warm-up.

        It is `start` for the first of them and `end` for the last. Source: BMTAS, appendix A: from 5.0 to 0.1.
        """
        return start + (end - start) * min(theta_done / max(self.theta - 1, 1), 1.0)
