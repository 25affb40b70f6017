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


def test_a_need_that_leads_back_is_a_broken_line(picture):
    assert picture.count("stroke-dasharray") == 1  # the shared network, by which FAFS measures
    size = [int(value) for value in re.search(r'viewBox="0 0 (\d+) (\d+)"', picture).groups()]
    numbers = [float(x) for path in re.findall(r' d="([^"]*)" fill="none"', picture) for x in re.findall(r"\d+", path)]
    assert 0 < min(numbers) and max(numbers) < max(size)


def test_a_line_that_passes_a_row_passes_beside_its_boxes(picture):
    boxes = [
        tuple(map(int, box)) for box in re.findall(r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', picture)
    ]
    straight = re.findall(r"(\d+),(\d+) L(\d+),(\d+)", "".join(re.findall(r' d="(M[^"]* C[^"]*)" fill', picture)))
    assert straight
    for x, y, u, v in (tuple(map(int, line)) for line in straight):
        assert x == u and not any(a <= x <= a + w and b < v and y < b + h for a, b, w, h in boxes)


def test_of_two_kinds_that_need_each_other_the_weaker_need_leads_up():
    jobs = [{"rule": "a", "makes": f"a{n}", "needs": ["b0"] * (n > 0)} for n in range(3)]
    jobs += [{"rule": "b", "makes": "b0", "needs": ["a0"]}]
    height = {rule: int(y) for y, rule in re.findall(r'y="(\d+)" width.*?font-size="14">(\w)<', study_svg(jobs))}
    assert height["b"] < height["a"]
