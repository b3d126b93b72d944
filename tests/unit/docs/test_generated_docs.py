import json
import subprocess
import sys
from pathlib import Path

import pytest

from slipway.domain.spec import EndpointSpec
from slipway.domain.spec.shape import all_paths, nested_model, settings_of

ROOT = Path(__file__).parents[3]


# Settings that mean nothing alone, and what they need beside them.
COMPANIONS = {
    ("Hosting", "framework_version"): {"framework": "xgboost"},
    ("Scaling", "metric"): {"target": 5},
    **{("KnownEvent", key): {"floor": 5} for key in ("name", "from", "until", "timezone")},
    **{
        ("BusinessMetric", key): {"at_least": 0.02}
        for key in ("namespace", "metric", "dimensions", "statistic")
    },
    **{
        ("ReleaseMetric", key): {"below_live": 10}
        for key in ("namespace", "metric", "dimensions", "statistic", "minimum", "missing")
    },
}


def sections(model=EndpointSpec):
    yield model
    for info in settings_of(model).values():
        if nested := nested_model(info):
            yield from sections(nested)


def test_the_generated_pages_are_current():
    script = ROOT / "scripts/generate_docs.py"
    done = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("model", list(sections()), ids=lambda model: model.__name__)
def test_every_setting_says_what_it_does_and_shows_an_example(model):
    for name, info in settings_of(model).items():
        assert info.description, name
        assert info.examples, name


@pytest.mark.parametrize("model", list(sections()), ids=lambda model: model.__name__)
def test_every_example_is_valid(model):
    settings = settings_of(model)
    required = {key: info.examples[0] for key, info in settings.items() if info.is_required()}
    for name, info in settings.items():
        values = required | COMPANIONS.get((model.__name__, name), {}) | {name: info.examples[0]}
        model.model_validate(values, by_alias=True, by_name=False)


def test_the_schema_knows_every_setting_and_no_other():
    schema = json.loads((ROOT / "docs/endpoint.schema.json").read_text(encoding="utf-8"))
    assert set(schema["properties"]) == set(settings_of(EndpointSpec))
    assert schema["additionalProperties"] is False
    names = {name for part in schema["$defs"].values() for name in part["properties"]}
    assert {path.split(".")[-1] for path in all_paths(EndpointSpec)} <= names | set(
        schema["properties"]
    )


def test_the_page_names_every_setting():
    page = (ROOT / "docs/endpoint-yaml.md").read_text(encoding="utf-8")
    for path in all_paths(EndpointSpec):
        assert f"`{path.split('.')[-1]}`" in page or f"## {path}" in page
