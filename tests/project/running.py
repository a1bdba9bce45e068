"""Running a job of a workflow here, as GitHub's runner would: its own commands, read out of the YAML."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


@dataclass
class Ran:
    """What a job left: whether it is green, the log of all its steps, its summary, and the files that it would keep."""

    green: bool = True
    log: str = ""
    summary: str = ""
    kept: list[Path] = field(default_factory=list)


def run_job(workflow: Path, job: str, checkout: Path, env: Mapping[str, str]) -> Ran:
    """Run a job's commands in a checkout; what it installs is installed here. Of the conditions, those are understood that a job has."""
    steps: list[dict[str, Any]] = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"][job]["steps"]
    summary = checkout.parent / "summary.md"
    summary.touch()
    here = {**os.environ, **env, "GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    here["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), here["PATH"]])
    ran, outcomes = Ran(), {}
    for step in steps:
        outcome = "skipped"
        if _wanted(str(step.get("if", "success()")), ran.green, outcomes):
            outcome = "success"
            if "run" in step and "pip install" not in step["run"]:
                script = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
                done = subprocess.run(script, cwd=checkout, env=here, capture_output=True, text=True, check=False)
                ran.log += f"$ {step['run']}\n{done.stdout}{done.stderr}"
                outcome = "failure" if done.returncode else "success"
                ran.green &= outcome == "success" or step.get("continue-on-error") is True
            elif "actions/upload-artifact@" in step.get("uses", ""):
                patterns = step["with"]["path"].split()
                ran.kept += [path for pattern in patterns for path in sorted(checkout.glob(pattern))]
        if "id" in step:
            outcomes[step["id"]] = outcome
    ran.summary = summary.read_text(encoding="utf-8")
    return ran


def _wanted(condition: str, green: bool, outcomes: Mapping[str, str]) -> bool:
    """Whether a step runs: every part of its condition must be one that is known here."""
    answers = {"success()": green, "always()": True, "failure()": not green}
    for part in condition.split(" && "):
        if (asked := re.fullmatch(r"steps\.(\w+)\.outcome != '(\w+)'", part)) is not None:
            answers[part] = outcomes.get(asked[1], "skipped") != asked[2]
        if not answers[part]:
            return False
    return "always()" in condition or "failure()" in condition or green
