"""The shell scripts find an interpreter, and install only what is not there."""


def test_an_interpreter_that_is_too_old_is_passed_over(shell, program, tmp_path):
    done = shell("bmt_find_python", PYTHON=str(program(tmp_path / "old", "#!/bin/sh\nexit 1\n")))
    assert done.returncode == 0
    assert done.stdout.strip().startswith("python")


def test_without_any_new_python_the_message_says_which_is_needed(shell, program, tmp_path):
    for name in ("python3", "python3.13", "python3.12", "python3.11", "python"):
        program(tmp_path / name, "#!/bin/sh\nexit 1\n")
    done = shell("bmt_find_python", PATH=f"{tmp_path}:/usr/bin:/bin", PYTHON="")
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr


def test_nothing_is_installed_where_the_stamp_fits(shell, program, stamp, tmp_path):
    """The installed environment is stood in for by an interpreter that fails on pip and succeeds otherwise."""
    python = program(tmp_path / "bin" / "python", '#!/bin/sh\n[ "$2" != pip ]\n')
    (tmp_path / "installed-test").write_text(stamp)
    done = shell('bmt_environment test && echo "$BMT_PYTHON"', BMT_VENV=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(python)
    assert "Installing" not in done.stderr
