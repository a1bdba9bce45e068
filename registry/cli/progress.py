"""What is being worked on, shown on stderr: on a terminal alone, and only once the work has taken a second."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["progress"]

PATIENCE = 1.0
"""Seconds that work may take before it is shown."""


@contextlib.contextmanager
def progress(total: int | None = None, what: str = "") -> Iterator[Callable[[str], None]]:
    """Gives a function to call with the name of each step as it begins. ``total`` is how many steps there are, None where that isn't known;
    ``what`` names the work before its first step.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    shown = _Shown(total, what)
    timer = threading.Timer(PATIENCE, shown.begin)
    timer.daemon = True
    timer.start()
    try:
        yield shown.step
    finally:
        timer.cancel()
        shown.end()


class _Shown:
    """A bar that is begun by a timer, in a thread of its own: a step may take long."""

    def __init__(self, total: int | None, what: str) -> None:
        self.total, self.what, self.begun, self.ended = total, what, 0, False
        self.bar: tuple[Progress, TaskID] | None = None
        self.lock = threading.Lock()

    def step(self, name: str) -> None:
        with self.lock:
            self.what, self.begun = name, self.begun + 1
            self._update()

    def begin(self) -> None:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn

        with self.lock:
            if not self.ended:
                bar = Progress(SpinnerColumn(), *Progress.get_default_columns()[:2], console=Console(stderr=True), transient=True)
                self.bar = bar, bar.add_task("", total=self.total)
                self._update()
                bar.start()

    def end(self) -> None:
        with self.lock:
            self.ended = True
            if self.bar is not None:
                self.bar[0].stop()

    def _update(self) -> None:
        from rich.markup import escape

        from validation.formats.visible import visible

        if self.bar is not None:
            bar, task = self.bar
            bar.update(task, description=escape(visible(self.what)), completed=max(self.begun - 1, 0))
