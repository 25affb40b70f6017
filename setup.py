"""Installs bmt_tf; `scripts/test.sh` and `scripts/demo.sh` do this in an environment of their own."""

import pathlib
import re

from setuptools import find_packages, setup

HERE = pathlib.Path(__file__).parent
VERSION = re.search(r'__version__ = "(.+)"', (HERE / "bmt_tf/__init__.py").read_text())[1]

# Every lower bound is the release the test suite was run with; older ones may work and were not tried.
REQUIRED = [
    "absl-py>=2.5",  # flags of the scripts, log lines
    "jinja2>=3.1",  # the page of a report
    "keras>=3.15",  # the layers' serialisation and dict outputs changed from release to release
    "matplotlib>=3.11",  # the figures of a report
    "numpy>=2.4",
    "pillow>=13",  # reads and writes photographs and label maps
    "scipy>=1.17",  # rank correlation, spectral clustering, matching of edges
    "tensorboard>=2.21",  # TensorFlow 2.21 no longer brings it, and `tf.summary` fails without it
    "tensorflow-datasets>=4.9.10",  # the builder over a folder of photographs; this release runs with NumPy 2.4
    "tensorflow>=2.21",  # the release that keras 3.15 was tried with
    "tqdm>=4.70",  # progress with the time left
]
NOTEBOOKS = ["ipykernel>=7.4", "nbclient>=0.11", "nbformat>=5.11"]  # run the notebooks without a browser
TEST = [
    *NOTEBOOKS,  # the notebooks are tests, too
    "coverage>=7.17",  # every `raise` of the lower floors is reached by a test
    "hypothesis>=6.170",  # properties of partitions, costs and affinities
    "pytest-cov>=7.1",  # joins the coverage of several processes
    "pytest-xdist>=3.8",  # the suite in several processes, half the time on two cores
    "pytest>=9.2",
    "ruff>=0.17",  # older releases know fewer of the rules in pyproject.toml
]

setup(
    name="bmt-tf",
    version=VERSION,
    description="Branched multi-task networks for TensorFlow: which layers should the tasks share, under a budget",
    long_description=(HERE / "README.md").read_text() if (HERE / "README.md").exists() else "",
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    packages=find_packages(include=["bmt_tf", "bmt_tf.*"]),
    package_data={"bmt_tf": ["report/templates/*"]},
    install_requires=REQUIRED,
    extras_require={"test": TEST, "notebooks": NOTEBOOKS},
    classifiers=[
        "Programming Language :: Python :: 3.11",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
        "Topic :: Scientific/Engineering :: Image Recognition",
    ],
)
