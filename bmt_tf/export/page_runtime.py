"""The runtime of the page in the browser: ONNX Runtime for WebAssembly, fetched from the npm registry of the user."""

import base64
import hashlib
import io
import shutil
import subprocess
import tarfile

from bmt_tf import _files as files
from bmt_tf._cache import cache_folder, kept_file

PACKAGE, VERSION = "onnxruntime-web", "1.30.0"
# SHA-512 of the package, as the registry gives it: what runs in the reader's browser is what was tried here.
INTEGRITY = "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="
# Of its many builds the one that computes on the processor, in one thread or several.
FILES = ("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm")
_ARCHIVE = f"{PACKAGE}-{VERSION}.tgz"
_FOLDER = "packages"  # in the cache
# Without a network npm would try for more than a minute.
_OPTIONS = ("--loglevel=error", "--fetch-retries=1", "--fetch-retry-mintimeout=1000")
_LONGEST = 600  # seconds that fetching 33 MB may take


def runtime_files() -> dict[str, bytes]:
    """Returns the files of the runtime by name, fetched by npm the first time and kept in the cache folder.

    Raises:
        OSError: There is no npm, it could not fetch the package, or what it fetched is not the package.
    """
    content = kept_file(_FOLDER, _ARCHIVE, _fetch)
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != INTEGRITY:
        raise OSError(
            f"{_ARCHIVE} must be the package of the npm registry, whose SHA-512 is {INTEGRITY}. Received: another "
            f"file, of {len(content)} bytes{_kept_where('; delete {}')}."
        )
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return {name: archive.extractfile(f"package/dist/{name}").read() for name in FILES}


def _fetch(folder: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError(
            f"The demo page needs npm, which comes with Node.js, to fetch {PACKAGE} {VERSION}. Received: no npm on the "
            f"PATH{_kept_where(f'. Without npm, put {_ARCHIVE} of the registry there yourself: {{}}')}."
        )
    command = [npm, "pack", f"{PACKAGE}@{VERSION}", f"--pack-destination={folder}", *_OPTIONS]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_LONGEST, stdin=subprocess.DEVNULL)
    except (subprocess.SubprocessError, OSError) as error:
        said = " ".join(str(getattr(error, "stderr", None) or error).replace("npm error", "").split())
        raise OSError(f"npm could not fetch {PACKAGE} {VERSION} for the demo page. It said: {said[:400]}") from error


def _kept_where(words: str) -> str:
    """Returns words about the place in the cache, where there is one."""
    kept = cache_folder(_FOLDER)
    return words.format(files.join(kept, _ARCHIVE)) if kept else ""
