"""GPUs are given to one job each."""

import threading

from studies.job import a_gpu


def test_each_gpu_is_given_to_one_job_at_a_time(tmp_path, monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    given = []

    def third():
        with a_gpu(tmp_path, 2) as environment:
            given.append(environment)

    with a_gpu(tmp_path, 2) as one:
        with a_gpu(tmp_path, 2) as other:
            assert [one, other] == [{"CUDA_VISIBLE_DEVICES": "0"}, {"CUDA_VISIBLE_DEVICES": "1"}]
            waiting = threading.Thread(target=third)
            waiting.start()
            waiting.join(0.2)
            assert not given
        waiting.join(10)
    assert given == [{"CUDA_VISIBLE_DEVICES": "1"}]


def test_only_the_gpus_that_are_shown_are_given(tmp_path, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,7")
    with a_gpu(tmp_path, 2) as one, a_gpu(tmp_path, 2) as other:
        assert [one, other] == [{"CUDA_VISIBLE_DEVICES": "4"}, {"CUDA_VISIBLE_DEVICES": "7"}]
    with a_gpu(tmp_path, 0) as none:
        assert none == {}
