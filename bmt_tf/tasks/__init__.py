"""Tasks: what is predicted, how it is trained and how it is scored. Tasks can be made without TensorFlow."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "Activation": "activations",
        "DataSetting": "kinds",
        "LabelKind": "kinds",
        "KINDS": "kinds",
        "Scaling": "kinds",
        "Task": "task",
        "empty_label": "task",
        "get_task": "registry",
        "register_kind": "registry",
        "register_task": "registry",
        "task_names": "registry",
        "voc_colours": "colours",
        "SoftmaxCrossEntropy": "losses",
        "BalancedSigmoidCrossEntropy": "losses",
        "WeightedSigmoidCrossEntropy": "losses",
        "SigmoidCrossEntropy": "losses",
        "UnitVectorL1": "losses",
        "L1": "losses",
        "KullbackLeibler": "losses",
        "MeanIoU": "measures",
        "SaliencyIoU": "measures",
        "MeanAngle": "measures",
        "RootMeanSquare": "measures",
        "TopOverlap": "measures",
        "Accuracy": "measures",
        "EdgeODS": "edges.measure",
        "EdgeScoring": "edges.measure",
        "edge_ods_f": "edges.scores",
        "delta_m": "delta",
        "prediction_panel": "panels",
    },
)
