"""TensorFlow, imported when it is first used: a task can be made, copied and compared without it."""

import importlib
from typing import Any


class _TensorFlow:
    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module("tensorflow"), name)


tf = _TensorFlow()
