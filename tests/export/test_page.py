"""The folder of the page holds all that it loads, and nothing is lost where it cannot be written."""

import dataclasses
import json
import re

import pytest
from export.page_network import page_run, page_tasks, write_network

from bmt_tf.export import load_served, page
from bmt_tf.tasks import painting


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run, whose export to ONNX and whose runtime are there at once."""
    run, exported = page_run(tmp_path / "my <run>", page_tasks()), []

    def export_formats(run_dir, formats, output, **options):
        exported.append((formats, output, options))
        write_network(tmp_path / "my <run>" / "onnx", run.tasks)
        return {name: str(tmp_path / "my <run>" / "onnx") for name in formats}

    monkeypatch.setattr(page.Run, "load", lambda *_: run)
    monkeypatch.setattr(page, "export_formats", export_formats)
    monkeypatch.setattr(page, "runtime_files", lambda: dict.fromkeys(page.FILES, b"runtime"))
    run.exported = exported
    return run


def test_the_folder_holds_all_that_the_page_loads(run, tmp_path):
    folder = tmp_path / "my <run>" / "demo_page"
    assert page.export_demo_page(run.path)["demo_page"] == str(folder)
    there = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    texts = {file.name: file.read_text() for file in folder.iterdir() if file.is_file()}
    loaded = {f"onnxruntime/{name}" for name in page.FILES} | set(re.findall(r"examples/\d\.png", texts["index.html"]))
    loaded |= {f"onnx/{name}.onnx" for name in ("serve", *(task.name for task in run.tasks))}
    loaded |= {name for text in texts.values() for name in re.findall(r'(?:"|\./|`)(\w+\.(?:js|css))\b', text)}
    assert {"page.js", "worker.js", "painting.js", "page.css"} < loaded
    assert there == loaded | {"index.html", "onnx/signature.json"}
    assert load_served(str(folder / "onnx")).folder == str(folder / "onnx")


def test_the_page_knows_tasks_and_tree_and_escapes_names(run, tmp_path):
    page.export_demo_page(run.path)
    text = (tmp_path / "my <run>" / "demo_page" / "index.html").read_text()
    assert "<h1>my &lt;run&gt;</h1>" in text and "my <run>" not in text
    assert run.grouping.to_svg() in text
    (about,) = re.findall(r'<script type="application/json" id="about">(.*?)</script>', text, re.DOTALL)
    assert json.loads(about) == json.loads(json.dumps(page.about_page(run.tasks)))
    assert re.findall(r'<option value="(\d+)"', text) == ["18", "36", "72", "144"]
    assert "//" not in re.sub(r"http://(?:www\.w3\.org/2000/svg|localhost:8000)|// A page", "", text)


def test_a_network_without_a_tree_has_a_page_without_one(run, tmp_path):
    run.settings.has_tree = False
    page.export_demo_page(run.path)
    assert "<h2>Tree</h2>" not in (tmp_path / "my <run>" / "demo_page" / "index.html").read_text()


def test_onnx_is_exported_with_it(run, tmp_path):
    page.export_demo_page(run.path, ["saved_model"], step=3)
    page.export_demo_page(run.path, output=str(tmp_path / "out"), images=2)
    assert run.exported == [
        (["saved_model", "onnx"], None, {"data": "", "step": 3}),
        (["onnx"], str(tmp_path / "out" / "onnx"), {"data": "", "images": 2}),
    ]
    assert (tmp_path / "out" / "demo_page" / "index.html").exists()


def test_only_an_earlier_page_is_replaced(run, tmp_path):
    folder = tmp_path / "my <run>" / "demo_page"
    page.export_demo_page(run.path)
    (folder / "old.js").write_text("")
    page.export_demo_page(run.path)
    assert not (folder / "old.js").exists()
    (folder / "index.html").rename(folder / "mine.html")
    with pytest.raises(FileExistsError, match=r"`output` must have no `demo_page` but .*mine\.html"):
        page.export_demo_page(run.path)
    assert len(run.exported) == 2


def test_without_a_runtime_nothing_is_exported(run, monkeypatch):
    def fail():
        raise OSError("no npm")

    monkeypatch.setattr(page, "runtime_files", fail)
    with pytest.raises(OSError, match="no npm"):
        page.export_demo_page(run.path)
    assert run.exported == []


def test_every_way_of_drawing_has_its_script(run):
    names = {name for name in vars(painting) if name.startswith(("by_", "in_"))}
    assert {task.kind.activation.paint.__name__ for task in page_tasks()} == names
    script = (page.importlib.resources.files("bmt_tf.export") / "templates" / "painting.js").read_text()
    assert set(re.findall(r"^  (\w+): \(numbers", script, re.MULTILINE)) == names


def test_a_way_of_drawing_of_the_users_own_is_named(run, monkeypatch):
    said = []
    monkeypatch.setattr(page.logging, "warning", lambda words, *values: said.append(words % values))
    task = page_tasks()[1]
    activation = dataclasses.replace(task.kind.activation, name="own", paint=lambda *_: None)
    own = dataclasses.replace(task, kind=dataclasses.replace(task.kind, activation=activation))
    assert page.about_page([own])["tasks"][0]["paint"] == "in_grey"
    assert said == [
        "The demo page draws task depth in grey, from 0 to 1: its activation own is drawn by Python of its own."
    ]
