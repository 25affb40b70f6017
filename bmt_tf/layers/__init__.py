"""Keras layers of the package, where the stock ones are slow or fixed to one image size."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "BatchNorm": "batch_norm",
        "normalise_batch": "batch_norm",
        "Conv2D": "convolutions",
        "dilated_convolution": "convolutions",
        "Dropout": "dropout",
        "assign_random_states": "dropout",
        "random_states": "dropout",
        "Normalise": "normalisation",
        "AdaptiveAveragePooling2D": "pooling",
        "ResizeLike": "resizing",
    },
)
