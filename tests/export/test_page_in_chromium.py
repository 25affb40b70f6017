"""The page in a headless Chromium: what it predicts and draws is what Python does, and what goes wrong is said."""

import functools
import http.server
import json
import pathlib
import shutil
import subprocess
import threading

import numpy as np
import pytest
from export.page_network import page_run, page_tasks, unknown_operator, write_network

from bmt_tf import _files as files
from bmt_tf.data.pixels import image_bytes
from bmt_tf.export import page, page_runtime
from bmt_tf.export.formats import load_served
from bmt_tf.tasks.colouring import colour_map

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
# The device is one that the page may be refused.
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream")
TIMES = "\u00d7"
LONGEST = 300  # seconds that all of it may take on a busy machine
DRIVER = pathlib.Path(__file__).with_name("page_driver.html")
PICTURE = np.random.default_rng(5).integers(0, 256, [20, 30, 3], np.uint8)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Hands out the page, the driver beside it, and a copy of the page of which something is broken."""

    def __init__(self, *args, server_state, **kwargs):
        self.state = server_state
        super().__init__(*args, **kwargs)

    def do_GET(self):
        _, copy, name = self.path.partition("?")[0].split("/", 2)
        made = {
            "driver.html": DRIVER.read_bytes,
            "picture.png": lambda: image_bytes(PICTURE, "png"),
            "about.json": self.state["about"],
        }
        if copy == "unknown_operator":
            made["onnx/serve.onnx"] = unknown_operator
        if copy == "without_wasm" and name.endswith(".wasm"):
            self.send_error(404)
        elif name in made:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(made[name]())
        else:
            self.path = f"/{name}"
            super().do_GET()

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self):
        self.state["found"] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()
        self.state["done"].set()

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The page's folder, of a network with a task of every form."""
    # A browser and npm are system packages, which scripts/test.sh does not install: this runs where they are, as it has
    # with Debian's. What the page is given and what is fetched is tested in test_page.py and test_page_runtime.py.
    if CHROMIUM is None:
        pytest.skip("Chromium, of Debian's package of that name, is not installed.")
    try:
        runtime = page_runtime.runtime_files()
    except OSError as error:
        if not isinstance(error, FileNotFoundError) and not isinstance(error.__cause__, subprocess.SubprocessError):
            raise  # It was fetched, and is not the package.
        pytest.skip(f"There is no npm, or no network. {error}")
    run, tasks = tmp_path_factory.mktemp("run"), page_tasks()
    write_network(run / "onnx", tasks)
    with files.whole_folder(str(run / "demo_page"), "output") as unfinished:
        page._write(unfinished, page_run(run, tasks), str(run / "onnx"), runtime)
    return run / "demo_page"


@pytest.fixture(scope="module")
def found(folder, tmp_path_factory):
    """What the driver has found."""
    state = {"done": threading.Event(), "about": lambda: json.dumps(page.about_page(page_tasks())).encode()}
    handler = functools.partial(Handler, directory=str(folder), server_state=state)
    profile = tmp_path_factory.mktemp("profile")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/page/driver.html"
        command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "--remote-debugging-port=0", address]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            assert state["done"].wait(LONGEST), "Chromium has sent nothing."
        finally:
            browser.terminate()
            browser.wait(30)
            server.shutdown()
    assert "error" not in state["found"], state["found"]["error"]
    return state["found"]


@pytest.fixture(scope="module")
def wanted(folder):
    """What ONNX Runtime predicts in Python for the same picture."""
    return load_served(str(folder / "onnx"))


def test_it_predicts_what_onnx_runtime_does_in_python(found, wanted):
    for entry_point, predictions in found["predictions"].items():
        expected = wanted(PICTURE[None], entry_point)
        assert set(predictions) == set(expected)
        for name, value in expected.items():
            assert predictions[name]["shape"] == list(value.shape[1:])
            np.testing.assert_allclose(predictions[name]["data"], value.ravel(), atol=1e-5, err_msg=name)
    assert set(found["predictions"]["depth"]) == {"depth"}


def test_it_draws_what_python_draws(found, wanted):
    expected = wanted(PICTURE[None])
    drawn = [task for task in page_tasks() if task.kind.dense]
    assert {task.kind.activation.paint.__name__ for task in drawn} == set(painters(page.painting))
    for task in drawn:
        figure = found["figures"][task.name]
        pixels = np.reshape(figure["pixels"], [-1, figure["width"], 4])
        difference = np.abs(pixels[..., :3] - colour_map(expected[task.name][0], task).astype(int))
        assert difference.max() <= 1, task.name
        assert (difference == 0).mean() > 0.99, task.name
    shown = found["figures"]["picture"]
    np.testing.assert_array_equal(np.reshape(shown["pixels"], [-1, shown["width"], 4])[..., :3], PICTURE)


def painters(module):
    return [name for name in vars(module) if name.startswith(("by_", "in_"))]


def test_legends_and_readings_say_what_colours_mean(found, wanted):
    figures, expected = found["figures"], wanted(PICTURE[None])
    counts = np.bincount(expected["semseg"].ravel(), minlength=3)
    name = page_tasks()[0].classes[counts.argmax()]
    assert f"{name}{round(100 * counts.max() / counts.sum())} %" in figures["semseg"]["text"]
    assert f"{expected['depth'].max():.2f} m" in figures["depth"]["text"]
    for task in ("scene", "attributes"):
        likeliest = expected[task][0].max()
        assert f"{round(100 * float(likeliest))} %" in figures[task]["text"]
    assert found["pointed"]["semseg"] == page_tasks()[0].classes[expected["semseg"][0, 0, 0, 0]]
    assert found["pointed"]["depth"] == f"{expected['depth'][0, 0, 0, 0]:.2f} m"


def test_each_path_is_timed(found):
    assert found["opened"].startswith(f"Example 1, 24 {TIMES} 36 pixels.")
    names, times = zip(*found["timed"], strict=True)
    assert names == ("all tasks", *(task.name for task in page_tasks()))
    assert all(float(time.removesuffix(" ms")) > 0 for time in times)


def test_a_picture_of_another_size_is_named(found):
    assert found["chosen"]["status"].startswith(f"picture.png, 20 {TIMES} 30 pixels.")
    assert found["smaller"]["status"].startswith(
        f"picture.png has 20 {TIMES} 30 pixels; the network saw it at 12 {TIMES} 18."
    )


def test_what_is_no_picture_is_named(found):
    assert "“notes.txt” cannot be read as a picture" in found["damaged"]["trouble"]
    assert "text/plain" in found["damaged"]["trouble"]


def test_a_camera_is_used_or_its_refusal_said(found):
    assert found["refused"]["trouble"].startswith("The camera was refused.")
    assert found["button"] == "Use the camera"  # It is off once a picture was chosen.
    assert found["camera"]["trouble"] == "" and found["camera"]["status"].startswith(
        f"The camera's picture has 48 {TIMES} 64 "
    )


def test_a_page_that_gets_no_camera_says_how_to_open_it(found):
    assert "only to pages from https:// or from http://localhost" in found["insecure"]["trouble"]


def test_a_missing_file_of_the_runtime_is_named(found):
    assert "onnxruntime/ort-wasm-simd-threaded.wasm does not come" in found["without_wasm"]
    assert "404" in found["without_wasm"] and "--demo_page" in found["without_wasm"]


def test_an_operator_that_the_runtime_lacks_is_named(found):
    assert "ONNX Runtime cannot run serve.onnx in this browser" in found["unknown_operator"]
    assert "Igamma" in found["unknown_operator"]


def test_opened_as_a_file_it_says_how_to_serve_it(folder, tmp_path):
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path}", "--dump-dom", f"file://{folder}/index.html"]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST).stdout
    assert "opened as a file" in shown and "python -m http.server" in shown.split("<script")[0]
