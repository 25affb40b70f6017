"""The formats that a network can be exported to: one file each, and one entry in their table."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__,
    {"FORMATS": "table", "check_formats": "table", "load_served": "table", "read_served": "table"},
)
