"""What every network is assembled from."""

import pytest

from bmt_tf.models.assembly import assembled, check_tasks, image_input, step_model, task_output
from bmt_tf.tasks import get_task


def test_steps_and_heads_bear_their_nodes_names_and_make_a_network_of_any_size(encoder, images):
    task, image = get_task("depth"), image_input((32, 32))
    features = encoder.walk(image, lambda block, x: step_model(encoder, block, f"{block.name}_x", x.shape[-1], 1)(x))
    network = assembled(image, {"depth": task_output(encoder, task, features, image, 1)}, "mine")
    assert {"stem_x", "first_x", "aspp_x", "head_depth"} <= {layer.name for layer in network.layers}
    assert network(images(33, 47))["depth"].shape == (2, 33, 47, 1) and network.name == "mine"


def test_names_of_tasks_are_refused():
    with pytest.raises(TypeError, match="`tasks` must be Task records"):
        check_tasks(["depth"])
