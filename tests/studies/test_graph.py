"""The picture of a study has every rule once, with its number of jobs, below what it needs."""

import re
from xml.etree import ElementTree

import pytest

from studies.description import study_of
from studies.graph import study_svg
from studies.jobs import study_jobs


@pytest.fixture
def picture():
    content = {
        "about": "", "tasks": ["semseg", "depth"], "data": "scenes", "budgets": ["85%"], "searches": {"search": {}},
        "networks": {"shared": {"grouping": "shared"}}, "export": ["bmn"], "photographs": 3,
        "trees": {
            "bmn": {"method": "bmn"}, "bmtas": {"method": "bmtas", "search": "search"},
            "fafs": {"method": "fafs", "shared": "shared"},
        },
    }  # fmt: skip
    jobs = study_jobs(study_of("two", content))
    return study_svg([{"rule": job.rule, "makes": job.makes, "needs": job.needs} for job in jobs])


def test_every_rule_is_there_once_with_its_number_of_jobs(picture):
    texts = [element.text for element in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]
    found = dict(zip(texts[::2], texts[1::2], strict=True))
    assert len(found) == len(texts) // 2
    assert found["single"] == "2 jobs" and found["train"] == "4 jobs" and found["report"] == "1 job"


def test_what_is_needed_stands_above(picture):
    boxes = re.findall(r'<rect x="(\d+)" y="(\d+)".*?font-size="14">(\w+)<', picture)
    height = {rule: int(y) for _, y, rule in boxes}
    assert len({(x, y) for x, y, _ in boxes}) == len(boxes)
    for above, below in [("single", "affinity"), ("affinity", "tree"), ("search", "tree"), ("evaluate", "report")]:
        assert height[above] < height[below]
