"""The shell completes commands and options."""

import os
import subprocess
import sys

import pytest

_PROGRAM = "import sys; from ocr_service.cli import app; sys.argv[0] = 'piaogen'; app(prog_name='piaogen')"


def _run(*given: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *given], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )
    return done.stdout


def test_commands_and_options_are_completed() -> None:
    asked = {"_PIAOGEN_COMPLETE": "complete_bash", "COMP_CWORD": "1"}
    assert _run(COMP_WORDS="piaogen los", **asked).split() == ["loss"]
    assert "--sentence" not in _run(COMP_WORDS="piaogen find --num", **{**asked, "COMP_CWORD": "2"})
    assert "--number" in _run(COMP_WORDS="piaogen find --num", **{**asked, "COMP_CWORD": "2"})


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_shown(shell: str) -> None:
    """Typer looks for the shell that a command was started from; a test may be started from none, so it names one."""
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    assert "_PIAOGEN_COMPLETE" in _run("--show-completion", shell, **named)
