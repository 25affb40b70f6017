"""The runtime of the page is fetched once, is what was tried, and what keeps it from coming is said."""

import hashlib
import io
import subprocess
import tarfile

import pytest

from bmt_tf.export import page_runtime
from bmt_tf.export.page_runtime import runtime_files


def archive():
    """Returns a package that holds the files, and more."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as packed:
        for name in (*page_runtime.FILES, "ort.all.js"):
            entry = tarfile.TarInfo(f"package/dist/{name}")
            entry.size = len(name)
            packed.addfile(entry, io.BytesIO(name.encode()))
    return content.getvalue()


@pytest.fixture
def npm(monkeypatch, tmp_path):
    """The calls of an npm that brings the package without a network."""
    calls, content = [], archive()

    def run(command, **options):
        calls.append(command)
        (folder,) = (part.partition("=")[2] for part in command if part.startswith("--pack-destination="))
        with open(f"{folder}/onnxruntime-web-{page_runtime.VERSION}.tgz", "wb") as file:
            file.write(content)

    monkeypatch.setenv("BMT_TF_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(page_runtime.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(page_runtime.subprocess, "run", run)
    digest = page_runtime.base64.b64encode(hashlib.sha512(content).digest()).decode()
    monkeypatch.setattr(page_runtime, "INTEGRITY", digest)
    return calls


def test_it_is_fetched_once(npm):
    for _ in range(2):
        assert runtime_files() == {name: name.encode() for name in page_runtime.FILES}
    assert len(npm) == 1 and npm[0][:3] == ["/bin/npm", "pack", f"onnxruntime-web@{page_runtime.VERSION}"]


def test_another_file_is_refused(npm, monkeypatch, tmp_path):
    monkeypatch.setattr(page_runtime, "INTEGRITY", "other")
    with pytest.raises(OSError, match=r"must be the package.*bytes; delete .*cache/packages/onnxruntime-web"):
        runtime_files()


def test_without_npm_it_says_where_the_package_can_be_put(npm, monkeypatch, tmp_path):
    monkeypatch.setattr(page_runtime.shutil, "which", lambda name: None)
    with pytest.raises(OSError, match=r"needs npm.*put onnxruntime-web-.*\.tgz of the registry there.*packages"):
        runtime_files()
    (tmp_path / "cache" / "packages").mkdir(parents=True)
    (tmp_path / "cache" / "packages" / f"onnxruntime-web-{page_runtime.VERSION}.tgz").write_bytes(archive())
    assert set(runtime_files()) == set(page_runtime.FILES)


def test_what_npm_said_is_handed_on(npm, monkeypatch):
    def fail(command, **options):
        raise subprocess.CalledProcessError(1, command, stderr="npm error network ENOTFOUND")

    monkeypatch.setattr(page_runtime.subprocess, "run", fail)
    with pytest.raises(OSError, match=r"npm could not fetch onnxruntime-web .*ENOTFOUND"):
        runtime_files()
