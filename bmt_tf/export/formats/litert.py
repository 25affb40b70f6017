"""LiteRT (once TensorFlow Lite): a file for phones, boards and quick answers on a CPU."""

import re
from collections.abc import Callable, Iterable

import numpy as np
import tensorflow as tf

from bmt_tf import _files as files
from bmt_tf._threads import thread_count
from bmt_tf.export.description import Description
from bmt_tf.export.freezing import where
from bmt_tf.export.served import ServedNetwork, Size
from bmt_tf.export.serving import INPUT, Exportable

FIXED, ANY_SIZE = "fixed.tflite", "any_size.tflite"
_UNKNOWN = re.compile(r"'tf\.(\w+)' op is neither a custom op nor a flex op")

Images = Iterable[np.ndarray]  # uint8 `[H, W, 3]`


def write_float32(folder: str, network: Exportable, sizes: tuple[Size, ...], images: Images) -> None:
    """Writes one file per size, each with a signature per entry point; weights and computations in float32."""
    _write(folder, network, sizes, lambda converter: None)


def write_float16(folder: str, network: Exportable, sizes: tuple[Size, ...], images: Images) -> None:
    """Writes the same with the weights rounded to float16, at half the size."""

    def halve(converter):
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]

    _write(folder, network, sizes, halve)


def write_int8(folder: str, network: Exportable, sizes: tuple[Size, ...], images: Images) -> None:
    """Writes the same in 8-bit integers, with the ranges that the network's values have on some images.

    What LiteRT has no integer form of is computed in float32: the decoding of photographs, and of predictions.
    """
    images = list(images)

    def quantise(converter):
        def examples():
            for name in network.names:
                for image in images:
                    yield name, {INPUT.name: image[None]}

        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = examples

    _write(folder, network, sizes, quantise)


def _write(folder: str, network: Exportable, sizes: tuple[Size, ...], adapt: Callable) -> None:
    for size in sizes:
        between = files.join(folder, "saved_model_between")
        module = tf.Module()
        # The converter passes over the entry points of the tasks where an attribute of the module is called `serve`.
        module.functions = network.entry_points(size)
        # As in the format of that name: the gradients of constants could not be written.
        options = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
        tf.saved_model.save(module, between, signatures=dict(module.functions), options=options)
        with files.pattern_free(between) as plain:
            converter = tf.lite.TFLiteConverter.from_saved_model(plain, signature_keys=network.names)
            adapt(converter)
            content = _converted(converter, module.functions.values())
        files.remove(between)
        files.write_bytes(files.join(folder, _file(size)), content)


def _file(size: Size) -> str:
    return ANY_SIZE if size is None else FIXED


def _converted(converter: tf.lite.TFLiteConverter, functions: Iterable[Callable]) -> bytes:
    try:
        return converter.convert()
    except Exception as error:  # what the converter raises in its own type
        unknown = sorted(set(_UNKNOWN.findall(str(error))))
        if not unknown:
            raise
        named = (where(function, unknown) for function in functions)
        raise ValueError(
            f"`formats` may name LiteRT only for a network whose operators it has. Received: a network with "
            f"{max(named, key=len)}."
        ) from error


class LiteRt(ServedNetwork):
    """A network in LiteRT."""

    def __init__(self, folder: str, description: Description):
        super().__init__(folder, description)
        from ai_edge_litert.interpreter import Interpreter

        self._interpreters = {
            size: Interpreter(
                model_content=files.read_bytes(files.join(folder, _file(size))), num_threads=thread_count()
            )
            for size in self.sizes
        }

    def run(self, images: np.ndarray, entry_point: str, size: Size) -> dict[str, np.ndarray]:
        predict = self._interpreters[size].get_signature_runner(entry_point)
        if size is None:
            return predict(**{INPUT.name: images})
        each = [predict(**{INPUT.name: image[None]}) for image in images]
        return {name: np.concatenate([one[name] for one in each]) for name in each[0]}
