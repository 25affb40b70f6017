"""What is measured, and with which settings: the one place that knows the topics."""

import dataclasses
import importlib

# Each is the file of that name, which is imported when its turn has come.
TOPICS = (
    "training",
    "weighting",
    "pipeline",
    "serving",
    "costs",
    "soft_sharing",
    "affinity",
    "trees",
    "expected_cost",
    "supergraph",
    "search_memory",
    "edges",
    "large_data",
    "hosts",
    "forty_tasks",
    "threads",
    "operators",
    "growth",
)
FIGURE = "growth"  # the topic that is drawn, too


@dataclasses.dataclass(frozen=True)
class Settings:
    """What a user may choose.

    Args:
        encoder: Encoder of the topics training, operators, threads, weighting, serving, costs, soft_sharing and growth.
        image_size: Height and width of the images of these, and of the pipeline.
        features: Features per image of the RDM that is streamed through the disk.
        files: Files of the data set that is opened.
        figure: File of the figure that the topic growth draws; none where it is empty.
    """

    encoder: str = "mobilenet_v2_0.35"
    image_size: tuple[int, int] = (96, 128)
    features: int = 4_000_000
    files: int = 300_000
    figure: str = ""


def check_topics(names: list[str], figure: str = "") -> None:
    """Refuses names that are no topics, and a figure that none of them draws.

    Raises:
        ValueError: There is one.
    """
    unknown = [name for name in names if name not in TOPICS]
    if unknown:
        raise ValueError(f"`only` must be among {', '.join(TOPICS)}. Received: {', '.join(unknown)}.")
    if figure and (FIGURE not in names or not figure.endswith(".svg")):
        raise ValueError(
            f"`figure` must be a file .svg, and the topic {FIGURE} be measured. Received: figure={figure!r}, "
            f"only={','.join(names)}."
        )


def rows(topic: str, settings: Settings) -> list[tuple[str, str]]:
    """Returns what was measured as (what, value), ready to be printed."""
    return importlib.import_module(f"benchmarks.{topic}").rows(settings)
