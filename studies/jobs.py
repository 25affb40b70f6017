"""From a study to its jobs: which calls of which scripts it is made of, and what they need of each other."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from studies.calls import Job, flag_words
from studies.description import ASKED, Study
from studies.networks import Trained, known, networks_of, refuse_twice, tree_name, trees_of

FINISHED = ".finished"  # in the folder of a run that was trained to its end
GROUPING, AFFINITY, METRICS, DIFFICULTY = "grouping.json", "affinity.npz", "metrics.json", "difficulty.npz"
NEEDED = (-1,)  # place in the order of what others wait for


def study_jobs(study: Study) -> list[Job]:
    """Returns the jobs of a study, the most telling first.

    Raises:
        ValueError: The study names a part of itself that is not there.
    """
    jobs = _Jobs(study)
    found = [
        *jobs.data(),
        *jobs.singles(),
        *jobs.searches(),
        *jobs.affinities(),
        *jobs.trees(),
        *jobs.networks(),
        *jobs.after(),
        *jobs.calls(),
    ]
    refuse_twice([job.makes for job in found])
    return found


class _Jobs:
    """The jobs of one study, by rule."""

    def __init__(self, study: Study):
        self.study = study
        self._data = ("--data={out}/data",) if study.write else ("--data={data}",) if study.data else ()
        self._common = (f"--tasks={','.join(study.tasks)}", *self._data)
        self._common += ("--weights={weights}",) if study.weights else ()
        self._written = (_mark("write", "data"),) if study.write else ()
        self._trees = trees_of(study)
        self._networks = networks_of(study, self._trees)

    def data(self) -> Iterator[Job]:
        """Yields the writing of the data, where it is to be written first."""
        if self.study.write:
            words = ("scripts/write_data.py", "--data={data}", *flag_words(self.study.write), "--output={out}/data")
            yield Job("write", "data", words, (), _mark("write", "data"), folder="data", marked=True)

    def singles(self) -> Iterator[Job]:
        """Yields the training of the single-task networks of each seed."""
        first = self.study.affinity_seeds if self._by_affinity else ()
        for number, seed in enumerate(self._seeds):
            folder = self._path("single", seed)
            order = NEEDED if seed in (*first, *self.study.seeds[:1]) else (0, 0, number, -1)
            words = (f"--seed={seed}", f"--run_dir={{out}}/{folder}", "--single")
            if self.study.few_starts:
                yield self._training("single", folder, (), (*order, seed), words)
            else:
                for task in self.study.tasks:
                    run = f"{folder}/{task}"
                    yield self._training("single", run, (), (*order, seed), (*words, f"--only={task}"))

    def searches(self) -> Iterator[Job]:
        """Yields the searches by gradient."""
        for name, own in self.study.searches.items():
            of = [trees.later for trees in self.study.trees.values() if trees.search == name]
            of += [one.later for one in self.study.networks.values() if one.grouping == name]
            order = (min(of, default=0) - 0.5,)
            words = ("scripts/search.py", *flag_words({**self.study.search, **own}), *self._common)
            words += (f"--run_dir={{out}}/{name}",)
            made = f"{name}/{FINISHED}"
            yield Job("search", name, words, self._written, made, order, folder=name, marked=True)

    def affinities(self) -> Iterator[Job]:
        """Yields the measurement of affinities, and their mean where there are several."""
        if not self._by_affinity:
            return
        seeds = self.study.affinity_seeds or self.study.seeds[:1]
        names = ["affinity"] if len(seeds) == 1 else [f"affinity/seed_{seed}" for seed in seeds]
        for name, seed in zip(names, seeds, strict=True):
            runs = [f"{self._path('single', seed)}/{task}" for task in self.study.tasks]
            words = ("scripts/affinity.py", *(f"{{out}}/{run}" for run in runs), f"--output={{out}}/{name}")
            words += flag_words(self.study.affinity)
            yield Job("affinity", name, words, self._trained_singles(seed), f"{name}/{AFFINITY}")
        if len(seeds) > 1:
            words = ("scripts/affinity.py", "--mean", *(f"{{out}}/{name}" for name in names), "--output={out}/affinity")
            needs = tuple(f"{name}/{AFFINITY}" for name in names)
            yield Job("affinity", "affinity", words, needs, f"affinity/{AFFINITY}")

    def trees(self) -> Iterator[Job]:
        """Yields the choice of every tree; before those of fafs what the shared network finds hard is measured."""
        for shared in dict.fromkeys(trees.shared for trees in self.study.trees.values() if trees.shared):
            run = self._run(shared)
            words = ("scripts/group.py", "--method=fafs", f"--shared={{out}}/{run}", "--budget=100%")
            words += ("--replicates=0", f"--output={{out}}/trees/all_fafs_{shared}")
            yield Job("difficulty", run, words, (f"{run}/{FINISHED}",), f"{run}/{DIFFICULTY}")
        for name, (trees, budget, draw) in self._trees.items():
            words, needs = ["scripts/group.py", f"--method={trees.method}"], []
            if trees.by_affinity:
                words, needs = [*words, "--affinity={out}/affinity"], [f"affinity/{AFFINITY}"]
            if trees.search:
                known(self.study, trees.search, self.study.searches, "search")
                words, needs = [*words, f"--search={{out}}/{trees.search}"], [f"{trees.search}/{FINISHED}"]
            if trees.shared:
                run = self._run(trees.shared)
                words, needs = [*words, f"--shared={{out}}/{run}"], [f"{run}/{FINISHED}", f"{run}/{DIFFICULTY}"]
            if trees.like:
                like, made = self._like(trees.like, budget)
                words, needs = [*words, f"--like={{out}}/{like}"], [made]
            words += [f"--budget={budget}"] if budget and not trees.like else []
            words += [] if draw is None else [f"--{'number' if trees.method == 'all' else 'seed'}={draw}"]
            words += [*flag_words(trees.flags), f"--output={{out}}/trees/{name}"]
            yield Job("tree", name, tuple(words), tuple(needs), f"trees/{name}/{GROUPING}")

    def networks(self) -> Iterator[Job]:
        """Yields the training of every network of all tasks."""
        for one in self._networks.values():
            for number, seed in enumerate(one.network.seeds or self.study.seeds):
                words, needs = self._source(one, seed)
                run = self._path(one.name, seed)
                ours = (*flag_words(one.network.flags), *words, f"--seed={seed}", f"--run_dir={{out}}/{run}")
                yield self._training("train", run, needs, (one.network.later, one.group, number, one.place), ours)

    def after(self) -> Iterator[Job]:
        """Yields what is made of trained networks: scores, exports, predictions, the report and tables."""
        flags, scored = flag_words(self.study.evaluate), []
        for seed in self._seeds:
            folder = self._path("single", seed)
            singles = [f"{folder}/{task}" for task in self.study.tasks]
            trained = self._trained_singles(seed)
            calls = [singles] if self.study.few_starts else [[single] for single in singles]
            for runs in calls:
                scored.append(self._evaluation(runs, trained if len(runs) > 1 else (f"{runs[0]}/{FINISHED}",), flags))
            references = tuple(f"{runs[-1]}/{METRICS}" for runs in calls)
            words = (f"--references={{out}}/{folder}", *flags)
            trained_here = [one for one in self._networks.values() if seed in (one.network.seeds or self.study.seeds)]
            runs = [self._path(one.name, seed) for one in trained_here]
            for run in runs:  # each in a call of its own: one that fails keeps no other from being scored
                scored.append(self._evaluation([run], (f"{run}/{FINISHED}", *references), words))
        yield from scored
        exported = [self._run(name) for name in self.study.export]
        for run in exported:
            words = ("scripts/export.py", f"{{out}}/{run}")
            yield Job("export", run, words, (f"{run}/{FINISHED}",), _mark("export", run), marked=True)
        if self.study.photographs:
            yield from self._predictions(exported)
        results = tuple(job.makes for job in scored)
        found = [*(f"{name}/{FINISHED}" for name in self.study.searches)]
        found += [f"trees/{name}/{GROUPING}" for name in self._trees]
        if self.study.tasks:
            words = ("scripts/report.py", "{out}", *flag_words(self.study.report))
            yield Job("report", "report", words, (*results, *found), "report.html")
        if self.study.tables:
            words = ("scripts/tables.py", f"--table={','.join(self.study.tables)}", "--runs={out}")
            yield Job("tables", "tables", words, results, "tables.md")
        for name in self.study.figures:
            words = ("scripts/tables.py", f"--figure={name}", "--runs={out}", f"--output={{out}}/figures/{name}.svg")
            yield Job("figures", name, words, (*results, *found), f"figures/{name}.svg")

    def calls(self) -> Iterator[Job]:
        """Yields the calls of programs of one's own."""
        for place, (name, call) in enumerate(self.study.calls.items()):
            needs = []
            for other in call.after:
                known(self.study, other, self.study.calls, "call")
                needs += [_mark("call", run) for run, _ in self._called(other)]
            for run, values in self._called(name):
                words = tuple(_filled(word, values) for word in call.words)
                yield Job("call", run, words, tuple(needs), _mark("call", run), (place,), marked=True)

    def _called(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        """Returns the calls of a name: what each is called, and its values."""
        call = self.study.calls[name]
        braced = {found for word in call.words for found in re.findall(r"{(\w+)}", word)}
        if braced - {"out", *ASKED} != set(call.each):
            raise ValueError(
                f"`words` of the call {name!r} of the study {self.study.name} must have in braces the names of its "
                f"`each`, {list(call.each)}, and no other but out, {', '.join(ASKED)}. Received: {sorted(braced)}."
            )
        values = [call.each[one] or (self.study.seeds if one == "seed" else ()) for one in call.each]
        chosen = (dict(zip(call.each, one, strict=True)) for one in itertools.product(*values))
        return [("/".join([name, *map(str, one.values())]), one) for one in chosen]

    def _predictions(self, exported: Sequence[str]) -> Iterator[Job]:
        words = ("scripts/write_data.py", *self._data, "--splits=val", f"--images={self.study.photographs}")
        words += ("--output={out}/photographs",)
        made = _mark("photographs", "photographs")
        yield Job("photographs", "photographs", words, self._written, made, folder="photographs", marked=True)
        for run in exported:
            name = "predictions" if len(exported) == 1 else f"predictions/{run}"
            words = ("scripts/predict.py", f"--model={{out}}/{run}", "--images={out}/photographs/val/image")
            words += (f"--output={{out}}/{name}",)
            yield Job("predict", name, words, (_mark("export", run), made), _mark("predict", name), marked=True)

    def _training(self, rule: str, run: str, needs: tuple[str, ...], order, own: tuple[str, ...]) -> Job:
        words = ("scripts/train.py", *flag_words(self.study.train), *self._common, *own)
        needs = (*self._written, *needs)
        return Job(rule, run, words, needs, f"{run}/{FINISHED}", order, folder=run, marked=True)

    def _evaluation(self, runs: Sequence[str], needs: tuple[str, ...], words: tuple[str, ...]) -> Job:
        """Returns the job that scores runs; it is called like the last of them."""
        words = ("scripts/evaluate.py", *(f"{{out}}/{run}" for run in runs), *words)
        return Job("evaluate", runs[-1], words, needs, f"{runs[-1]}/{METRICS}")

    def _trained_singles(self, seed: int) -> tuple[str, ...]:
        """Returns what is there when the single-task networks of a seed are trained."""
        folder = self._path("single", seed)
        runs = [folder] if self.study.few_starts else [f"{folder}/{task}" for task in self.study.tasks]
        return tuple(f"{run}/{FINISHED}" for run in runs)

    def _source(self, one: Trained, seed: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Returns the words that say what a network is, and the files that it needs for that."""
        network = one.network
        words, needs = (), ()
        if network.grouping in ("shared", "separate"):
            words = (f"--grouping={network.grouping}",)
        elif network.grouping in self.study.searches:
            words = (f"--grouping={{out}}/{network.grouping}/{GROUPING}",)
            needs = (f"{network.grouping}/{FINISHED}",)
        elif network.grouping:
            known(self.study, network.grouping, self._trees, "tree, nor a search,")
            tree = f"trees/{network.grouping}/{GROUPING}"
            words, needs = (f"--grouping={{out}}/{tree}",), (tree,)
        if network.start_from:
            folder = self._path("single", seed)
            words += (f"--start_from={{out}}/{folder}",)
            needs += self._trained_singles(seed)
        return words, needs

    @property
    def _seeds(self) -> list[int]:
        return sorted({*self.study.seeds, *self.study.affinity_seeds})

    def _like(self, name: str, budget: str) -> tuple[str, str]:
        """Returns the file of a tree of this budget, or of a search, and the file that is there when it is made."""
        if name in self.study.searches:
            return f"{name}/{GROUPING}", f"{name}/{FINISHED}"
        tree = f"trees/{tree_name(self.study, name, budget)}/{GROUPING}"
        return tree, tree

    def _path(self, name: str, seed: int) -> str:
        return name if len(self._seeds) == 1 else f"{name}/seed_{seed}"

    def _run(self, name: str) -> str:
        """Returns the run of a network with its first seed."""
        known(self.study, name, self._networks, "network")
        return self._path(name, (self._networks[name].network.seeds or self.study.seeds)[0])

    @property
    def _by_affinity(self) -> bool:
        return any(trees.by_affinity for trees in self.study.trees.values())


def _filled(word: str, values: Mapping[str, Any]) -> str:
    for name, value in values.items():
        word = word.replace(f"{{{name}}}", str(value))
    return word


def _mark(rule: str, name: str) -> str:
    """Returns the file that says that a job is done where nothing that it writes does."""
    return f".study/made/{rule}/{name}"
