"""Where a study has what: files below its folder that are no run's."""

import json
import os
import pathlib
from dataclasses import dataclass
from typing import Any

ROOT = pathlib.Path(__file__).parents[1]


@dataclass(frozen=True)
class StudyPlaces:
    """The files of a study's folder beside its runs.

    Args:
        folder: The folder.
    """

    folder: str

    @property
    def own(self) -> str:
        """The folder of these files."""
        return os.path.join(self.folder, ".study")

    @property
    def lock(self) -> str:
        """Held by the process that runs the study."""
        return os.path.join(self.own, "lock")

    @property
    def gpus(self) -> str:
        """Folder of a file for each GPU, held by the job that has it."""
        return os.path.join(self.own, "gpus")

    @property
    def job_file(self) -> str:
        """The jobs, for studies/Snakefile and for each of them."""
        return os.path.join(self.own, "jobs.json")

    @property
    def replaced(self) -> str:
        """Folder, beside the study's, of runs whose settings have changed since."""
        return f"{self.folder.rstrip('/')}.replaced"

    def settings(self, rule: str, name: str) -> str:
        """What a job's result depends on but for other jobs."""
        return os.path.join(self.own, "settings", rule, f"{name}.txt")

    def begun(self, rule: str, name: str) -> str:
        """What a job's settings and the files that it needs came to when it was begun."""
        return os.path.join(self.own, "begun", rule, f"{name}.txt")

    def log(self, rule: str, name: str) -> str:
        """What a job's script has printed."""
        return os.path.join(self.own, "logs", rule, f"{name}.log")

    def time(self, rule: str, name: str) -> str:
        """How long a job has taken."""
        return os.path.join(self.own, "times", rule, f"{name}.json")

    def jobs(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Returns the jobs, by rule and name."""
        jobs = json.loads(pathlib.Path(self.job_file).read_text())["jobs"]
        return {(job["rule"], job["name"]): job for job in jobs}
