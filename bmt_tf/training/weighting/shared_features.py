"""The features of a network that all tasks share last, and the network cut in two there."""

import dataclasses

import keras


@dataclasses.dataclass(frozen=True)
class CutNetwork:
    """A network in two parts, of the same layers as the network itself.

    Args:
        trunk: Images -> the shared features by name.
        rest: The list of `[*features, images]`, in the order of `names` -> the network's outputs by task.
        names: Names of the features: their number, and the layer that gives them, as in `0_block_03_g0`.
    """

    trunk: keras.Model
    rest: keras.Model
    names: tuple[str, ...]


def cut_at_shared_features(network: keras.Model) -> CutNetwork:
    """Returns a network cut where tasks part for the first time.

    A tensor is shared if the outputs of all tasks depend on the layer that gives it: low-level features that leave
    inside the stem are, even if some heads do not look at them. The features are the shared tensors that something
    which is not shared is computed from: the output of the last node that all tasks share, in a tree that parts at once
    that of the stem; and the heads' low-level features, if they leave before. Gradients on these, each held apart, are
    all that a task tells the shared part.

    Args:
        network: A functional model of images, with outputs by task.

    Returns:
        The two parts.

    Raises:
        ValueError: There is no feature that all tasks share.
    """
    (image,) = network.inputs
    nodes = [node for depth in sorted(network._nodes_by_depth) for node in network._nodes_by_depth[depth]]
    needed_by = {id(tensor): {task} for task, tensor in network.output.items()}  # tensor -> tasks that depend on it
    for node in nodes:  # from the outputs back
        given = [id(tensor) for tensor in node.output_tensors if id(tensor) in needed_by]
        tasks = set().union(*(needed_by[tensor] for tensor in given))
        needed_by.update(dict.fromkeys(given, tasks))
        for tensor in node.input_tensors:
            needed_by.setdefault(id(tensor), set()).update(tasks)
    everyone = set(network.output)
    features = {}
    for node in reversed(nodes):
        parts = any(needed_by[id(tensor)] < everyone for tensor in node.output_tensors if id(tensor) in needed_by)
        for tensor in node.input_tensors if parts else ():
            if tensor is not image and needed_by[id(tensor)] == everyone:
                features[id(tensor)] = tensor
    if not features:
        raise ValueError(
            "`weighting` must be one that needs no features which all tasks share (fixed, uniform, uncertainty, dwa), "
            f"for in this network nothing but the image is. Received: outputs of {', '.join(network.output)}."
        )
    names = [f"{number}_{tensor._keras_history.operation.name}" for number, tensor in enumerate(features.values())]
    features = dict(zip(names, features.values(), strict=True))
    rest = keras.Model([*features.values(), image], network.output)
    return CutNetwork(keras.Model(image, features), rest, tuple(names))
