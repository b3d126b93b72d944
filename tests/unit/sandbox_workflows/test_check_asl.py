from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.parse import asl_parser

from sandbox.workflows import _moto
from sandbox_workflows.conftest import invoke

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def script() -> Any:
    spec = importlib.util.spec_from_file_location("check_asl", ROOT / "scripts/check_asl.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "layers/slipway/slipway").mkdir(parents=True)
    (tmp_path / "layers/slipway/slipway/errors.py").write_text("class Known(Exception): ...\n")
    (tmp_path / "statemachines").mkdir()
    write(tmp_path, "Known")
    (tmp_path / "template.yaml").write_text(
        "Resources:\n"
        "  Machine:\n"
        "    Type: AWS::Serverless::StateMachine\n"
        "    Properties:\n"
        "      DefinitionUri: statemachines/m.asl.json\n"
        "      DefinitionSubstitutions: {FunctionArn: !GetAtt Function.Arn}\n"
    )
    return tmp_path


def write(project: Path, error: str, function: str = "${FunctionArn}") -> None:
    task = invoke(function, Retry=[{"ErrorEquals": [error]}])
    machine = {"QueryLanguage": "JSONata", "StartAt": "Call", "States": {"Call": task}}
    (project / "statemachines/m.asl.json").write_text(json.dumps(machine))


def test_a_sound_project_has_no_problems(script: Any, project: Path) -> None:
    assert list(script.problems(project)) == []


def test_an_error_class_that_does_not_exist_is_found(script: Any, project: Path) -> None:
    write(project, "Unknown")
    assert list(script.problems(project)) == [
        "statemachines/m.asl.json: Call/Retry[0]: Nothing here can fail with 'Unknown'."
    ]


def test_substitutions_are_compared_with_the_template(script: Any, project: Path) -> None:
    write(project, "Known", "${OtherArn}")
    assert list(script.problems(project)) == [
        "statemachines/m.asl.json: template.yaml substitutes nothing for ${OtherArn}.",
        "statemachines/m.asl.json: template.yaml substitutes FunctionArn, which is not there.",
    ]


def test_files_and_template_name_each_other(script: Any, project: Path) -> None:
    (project / "statemachines/m.asl.json").rename(project / "statemachines/n.asl.json")
    assert list(script.problems(project)) == [
        "template.yaml: statemachines/m.asl.json does not exist.",
        "statemachines/n.asl.json: no state machine of template.yaml uses it.",
    ]


def test_the_projects_own_machines_are_sound_and_can_be_parsed(script: Any) -> None:
    assert list(script.problems(ROOT)) == []
    undo = _moto.apply()
    try:
        for path in (ROOT / "statemachines").glob("*.asl.json"):
            text = re.sub(r"\$\{\w+\}", "substituted", path.read_text(encoding="utf-8"))
            program = asl_parser.AmazonStateLanguageParser.parse(text)[0]
            assert set(program.states.states) == set(json.loads(text)["States"])
    finally:
        undo()
