"""Tasks and label kinds by name: those of the two papers, and the user's own."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from bmt_tf.tasks import activations, kinds, losses, measures, task
from bmt_tf.tasks.edges.measure import EdgeScoring

_VOC_CLASSES = (
    "background aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person "
    "pottedplant sheep sofa train tvmonitor"
).split()
_PARTS = ("background", "head", "torso", "upper arm", "lower arm", "upper leg", "lower leg")
_CELEBA_ATTRIBUTES = (
    "5_o_Clock_Shadow Arched_Eyebrows Attractive Bags_Under_Eyes Bald Bangs Big_Lips Big_Nose Black_Hair Blond_Hair "
    "Blurry Brown_Hair Bushy_Eyebrows Chubby Double_Chin Eyeglasses Goatee Gray_Hair Heavy_Makeup High_Cheekbones "
    "Male Mouth_Slightly_Open Mustache Narrow_Eyes No_Beard Oval_Face Pale_Skin Pointy_Nose Receding_Hairline "
    "Rosy_Cheeks Sideburns Smiling Straight_Hair Wavy_Hair Wearing_Earrings Wearing_Hat Wearing_Lipstick "
    "Wearing_Necklace Wearing_Necktie Young"
).split()


_IOU = {"loss": losses.SoftmaxCrossEntropy(), "measure": measures.MeanIoU, "measure_name": "mIoU"}
_POOLED = {"head": "pooled", "lower_is_better": False}

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_L1 = {"loss": losses.L1(), "lower_is_better": True}


def attribute_task(attribute: str) -> task.Task:
    """Returns the task of one attribute of an image, present or not, scored by its accuracy at a probability of 0.5.

    It bears the attribute's name in small letters, with underscores between words and a number at the beginning as a
    word: `Wearing_Hat` is predicted by `wearing_hat`, `5_o_Clock_Shadow` by `five_o_clock_shadow`. Those of CelebA are
    registered.

    Source: BMN, section 4.3: one task for each of the forty attributes.

    Args:
        attribute: Name of the attribute, of letters from a to z, digits, underscores and blanks.
    """
    name = "_".join(attribute.lower().split())
    if name[:1].isdecimal():
        name = f"{_DIGITS[int(name[0])]}{name[1:]}"
    return task.Task(
        name,
        "attributes",
        1,
        losses.SigmoidCrossEntropy(),
        measures.Accuracy,
        measure_name="accuracy",
        classes=(attribute,),
        **_POOLED,
    )


# Weights: BMTAS, appendix A (PASCAL-Context; depth: NYUD-v2); heat maps: BMN, appendix B (Taskonomy, all else 1).
_PAPERS_TASKS = (
    task.Task("semseg", "segmentation", 21, lower_is_better=False, classes=_VOC_CLASSES, **_IOU),
    task.Task(
        "human_parts",
        "segmentation",
        7,
        lower_is_better=False,
        weight=2.0,
        classes=_PARTS,
        needs_foreground=True,
        **_IOU,
    ),
    task.Task(
        "saliency",
        "saliency",
        1,
        losses.BalancedSigmoidCrossEntropy(),
        measures.SaliencyIoU,
        lower_is_better=False,
        weight=5.0,
        measure_name="best IoU",
    ),
    task.Task(
        "normals",
        "normals",
        3,
        losses.UnitVectorL1(),
        measures.MeanAngle,
        lower_is_better=True,
        weight=10.0,
        unit="degrees",
        measure_name="mean angle",
    ),
    task.Task(
        "edge",
        "edge",
        1,
        losses.WeightedSigmoidCrossEntropy(),
        EdgeScoring(),
        lower_is_better=False,
        weight=50.0,
        measure_name="ODS-F",
    ),
    task.Task(
        "depth",
        "depth",
        1,
        losses.L1(),
        measures.DepthScoring(),
        lower_is_better=True,
        unit="m",
        measure_name="RMSE",
    ),
    task.Task(
        "instances",
        "instances",
        2,
        measure=measures.AbsoluteScoring(),
        unit="pixels",
        measure_name="L1 per component",
        **_L1,
    ),
    task.Task("disparity", "disparity", 1, measure=measures.AbsoluteScoring(), unit="pixels", measure_name="L1", **_L1),
    *(
        task.Task(
            name, "heat_map", 1, measure=measures.AbsoluteScoring(0.01), weight=10.0, measure_name="L1 x 100", **_L1
        )
        for name in ("keypoints", "texture_edges")
    ),
    task.Task(
        "scene",
        "scene",
        365,  # of Places
        losses.KullbackLeibler(),
        measures.TopOverlap,
        measure_name="top overlap",
        **_POOLED,
    ),
    task.Task(
        "attributes",
        "attributes",
        40,
        losses.SigmoidCrossEntropy(),
        measures.Accuracy,
        measure_name="accuracy",
        classes=_CELEBA_ATTRIBUTES,
        **_POOLED,
    ),
    *(attribute_task(name) for name in _CELEBA_ATTRIBUTES),
)

# What a task of another name takes where its labels are numbers that are no depth.
_QUANTITY = task.Task(
    "quantity",
    "quantity",
    1,
    losses.L1(),
    measures.RootMeanSquare,
    lower_is_better=True,
    measure_name="RMSE",
)
_REGISTRY = {one.name: one for one in (*_PAPERS_TASKS, _QUANTITY)}


def task_names() -> tuple[str, ...]:
    """Returns the names of all registered tasks, the papers' first."""
    return tuple(_REGISTRY)


def get_task(task_name: str, /, **changes: Any) -> task.Task:
    """Returns a registered task, with changes.

    Args:
        task_name: Name of a registered task.
        **changes: Fields of `Task` to change, `name` included. With `classes` alone the channels are as many as
            these; with `channels` alone the names of the classes are dropped. Colours are chosen anew with either.

    Returns:
        The task.

    Raises:
        ValueError: No task has this name.
        TypeError: A change is no field of `Task`.
    """
    if task_name not in _REGISTRY:
        raise ValueError(f"`task_name` must be one of {', '.join(_REGISTRY)}. Received: task_name={task_name!r}.")
    unknown = changes.keys() - {field.name for field in dataclasses.fields(task.Task)}
    if unknown:
        raise TypeError(f"`changes` of task {task_name!r} must be fields of Task. Received: {sorted(unknown)}.")
    if "classes" in changes:
        changes = {"channels": len(changes["classes"]), "colours": ()} | changes
    elif changes.get("channels", _REGISTRY[task_name].channels) != _REGISTRY[task_name].channels:
        changes = {"classes": (), "colours": ()} | changes
    return dataclasses.replace(_REGISTRY[task_name], **changes)


def register_task(new: task.Task, replace: bool = False) -> None:
    """Makes a task known by its name, so that `get_task` and data folders find it.

    Args:
        new: The task.
        replace: Whether it may take the place of another task of this name.

    Raises:
        TypeError: `new` is no Task.
        ValueError: Another task has this name, and `replace` is False.
    """
    refuse_taken(_REGISTRY, new, task.Task, replace)
    _REGISTRY[new.name] = new


def register_kind(new: kinds.LabelKind, replace: bool = False) -> None:
    """Makes a label kind, and its activation, known by name, so that `Task` and data folders find it.

    Files of labels of this kind can be read and written once `bmt_tf.data.register_label_format` was called for it.

    Args:
        new: The kind.
        replace: Whether it may take the place of another kind, or its activation that of another, of this name.

    Raises:
        TypeError: `new` is no LabelKind.
        ValueError: Another kind or activation has this name, and `replace` is False.
    """
    refuse_taken(kinds.KINDS, new, kinds.LabelKind, replace)
    refuse_taken(activations.ACTIVATIONS, new.activation, activations.Activation, replace)
    kinds.KINDS[new.name] = new
    activations.ACTIVATIONS[new.activation.name] = new.activation


def refuse_taken(registry: Mapping[str, Any], new: Any, form: type, replace: bool) -> None:
    """Raises where a new entry is not of its form, or its name is that of another entry, which must not be replaced."""
    if not isinstance(new, form):
        raise TypeError(f"`new` must be a {form.__name__}. Received: new={new!r}.")
    if not replace and registry.get(new.name, new) != new:
        raise ValueError(f"`new` must have a name that is not taken, or `replace` be True. Received: {new.name!r}.")
