"""SavedModel: what TensorFlow, and TensorFlow Serving, load."""

import numpy as np
import tensorflow as tf

from bmt_tf import _files as files
from bmt_tf.export.description import Description
from bmt_tf.export.served import ServedNetwork, Size
from bmt_tf.export.serving import INPUT, Exportable


def write_saved_model(folder: str, network: Exportable) -> None:
    """Writes a network as a SavedModel with the endpoint `serve`, also `serving_default`, and one per task.

    Its weights are constants of the graphs. With variables it would be slower, and what `tf.saved_model.save` makes of
    a Keras 3 model cannot be read by TensorFlow Serving.
    """
    module, entry_points = tf.Module(), network.entry_points()
    for name, function in entry_points.items():
        setattr(module, name, function)
    signatures = entry_points | {"serving_default": entry_points["serve"]}
    # Served graphs are not trained, and the gradients of constants could not be written.
    options = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
    tf.saved_model.save(module, folder, signatures=signatures, options=options)


class SavedModel(ServedNetwork):
    """A SavedModel in TensorFlow."""

    def __init__(self, folder: str, description: Description):
        super().__init__(folder, description)
        with files.pattern_free(folder) as plain:
            self._loaded = tf.saved_model.load(plain)  # Kept: a signature does not keep what it reads.

    def run(self, images: np.ndarray, entry_point: str, size: Size) -> dict[str, np.ndarray]:
        predictions = self._loaded.signatures[entry_point](**{INPUT.name: tf.constant(images)})
        return {name: value.numpy() for name, value in predictions.items()}
