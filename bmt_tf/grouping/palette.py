"""The colours of pictures: of tasks, of whatever else is told apart, and of words and lines."""

COLOURS = ("#3b6fb6", "#d9822b", "#3f9b5f", "#b5478f", "#7a5cc0", "#c8a415", "#2a9aa8", "#c4493d")
INK = "#22303c"


def task_colour(number: int) -> str:
    """Returns the colour of a task by its place among the tasks, in the notation of SVG and CSS."""
    if number < len(COLOURS):
        return COLOURS[number]
    return f"hsl({number * 137.5 % 360:.0f}, 50%, 45%)"  # the golden angle keeps neighbours apart
