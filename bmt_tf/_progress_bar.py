"""How far long work has come: a bar on a terminal; elsewhere, as in a file, a line now and then and one at the end."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

import tqdm

LINES_EVERY = 60.0  # seconds


def progress_bar(
    iterable: Iterable[Any] | None = None, *, desc: str, unit: str, total: int | None = None, **options: Any
) -> Any:
    """Returns what shows the progress through an iterable, or of the calls of `update`; usable in a `with` block.

    Args:
        iterable: What is gone through, if it is.
        desc: What is done.
        unit: What is counted.
        total: How many there are; by default the length of the iterable.
        **options: Further ones of `tqdm`, for a terminal.
    """
    options = {"mininterval": 1.0, "dynamic_ncols": True} | options
    if not options.get("disable") and not sys.stderr.isatty():
        return _Lines(iterable, desc, unit, total)
    return tqdm.tqdm(iterable, desc=desc, unit=unit, total=total, **options)


def time_text(seconds: float) -> str:
    """Returns a time as a bar shows it."""
    return tqdm.tqdm.format_interval(seconds)


class _Lines:
    """What of a `tqdm` bar its users need, as whole lines."""

    def __init__(self, iterable: Iterable[Any] | None, desc: str, unit: str, total: int | None):
        self.n = 0
        self._iterable, self._desc, self._unit = iterable, desc, unit
        self._total = len(iterable) if total is None and hasattr(iterable, "__len__") else total
        self._began = self._shown = time.monotonic()
        self._postfix, self._closed = "", False

    def __enter__(self) -> "_Lines":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        try:
            for item in self._iterable or ():
                yield item
                self.update(1)
        finally:
            self.close()

    def update(self, count: int = 1) -> None:
        self.n += count
        if time.monotonic() - self._shown >= LINES_EVERY:
            self._show()

    def set_postfix_str(self, text: str, refresh: bool = True) -> None:
        self._postfix = text

    def refresh(self) -> None:
        """Does nothing: what has not moved on is not said again."""

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._show()

    def _show(self) -> None:
        self._shown = time.monotonic()
        of = "" if self._total is None else f"/{self._total}"
        rest = f", {self._postfix}" if self._postfix else ""
        elapsed = time_text(self._shown - self._began)
        sys.stderr.write(f"{self._desc}: {self.n}{of} {self._unit}, {elapsed}{rest}\n")
        sys.stderr.flush()
