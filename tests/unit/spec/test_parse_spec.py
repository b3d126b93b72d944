import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.domain.spec import EndpointSpec, InvalidSpec, Problem, parse_spec
from slipway.domain.spec.shape import all_paths

CONTRACT = """
hosting: {mode: real-time, framework: null, framework_version: null, image: null,
          instance_type: ml.m5.large, instance_count: 2, fallback_instance_types: [],
          environment: {}}
artifact: {allow_code: false, allow_classes: []}
release: {strategy: canary, steps: [5, 25, 50, 100], bake: 10m, inconclusive: roll-back,
          keep_previous: 1h, keep_releases: 3, approve: false, revert_when_settled: false,
          replay: 200, tolerance: {errors: 0.5, latency: 1.25, answers: 100}, metrics: []}
scaling: {metric: invocations, target: 600, min: 2, max: 10, burst: {hold: 15m}, events: []}
alarms: {errors: 2, latency: 1000}
sleep: null     # {at: cron, until: cron, timezone: IANA name, except: [dates]}
drift:
  {schedule: rate(1 hour), sampling: 100, label: null, mask: [], learn: 1000, metrics: 10,
   tests: [jensen_shannon], thresholds: {}, features: {include: ["*"], exclude: [], thresholds: {}},
   minimum_rows: 200, significance: 0.0001, examples: false,
   quality: {problem: null, prediction: null, probability: null, cutoff: 0.5, positive: "1",
             wait: 7d, minimum: 200, limits: {}, business: []}}
budget: {monthly_usd: null}
"""


def problem_in(text: str | bytes) -> Problem:
    with pytest.raises(InvalidSpec) as refused:
        parse_spec(text)
    assert len(refused.value.problems) == 1, refused.value
    return refused.value.problems[0]


def test_the_defaults_are_those_of_the_contract():
    assert EndpointSpec().as_yaml_dict() == yaml.safe_load(CONTRACT)
    assert parse_spec(CONTRACT) == EndpointSpec()


@pytest.mark.parametrize(
    "empty", ["", b"", "\n", "# nothing yet\n", "---\n", "hosting:\nscaling:\n"]
)
def test_an_empty_file_means_all_defaults(empty):
    assert parse_spec(empty) == EndpointSpec()


def test_a_full_file_survives_being_written_and_read_again():
    spec = parse_spec(
        """
hosting: {framework: xgboost, framework_version: 1.7-1, fallback_instance_types: [ml.c5.xlarge],
          environment: {LOG_LEVEL: info}}
release: {steps: [10, 100], bake: 300, keep_previous: 1h30m}
scaling:
  target: 2.5
  events: [{name: Sale, from: 2026-11-27T08:00, until: 2026-11-28T00:00, factor: 3}]
sleep:
  at: cron(0 20 ? * MON-FRI *)
  until: 0 6 ? * MON-FRI *
  timezone: Europe/Vienna
  except: [2026-12-24]
budget: {monthly_usd: 500}
"""
    )
    assert spec.sleep is not None
    assert spec.sleep.until == "cron(0 6 ? * MON-FRI *)"
    assert parse_spec(yaml.safe_dump(spec.as_yaml_dict())) == spec


def test_an_unknown_key_is_named_with_its_line_and_the_likely_one():
    problem = problem_in("hosting:\n  mode: real-time\n  instance_typ: ml.m5.large\n")
    assert problem == Problem(
        "no such setting", "hosting.instance_typ", 3, "did you mean `instance_type`?"
    )


def test_a_key_in_the_wrong_section_is_told_where_it_belongs():
    assert problem_in("instance_type: ml.m5.large").suggestion == (
        "did you mean `hosting.instance_type`?"
    )


def test_a_wrong_type_says_what_is_expected_and_shows_an_example():
    problem = problem_in("\nhosting:\n  instance_count: two\n")
    assert (problem.line, problem.path) == (3, "hosting.instance_count")
    assert problem.message == "expects a whole number, found the text `two`"
    assert problem.suggestion == "for example `instance_count: 2`"


def test_every_problem_is_reported_at_once_in_the_order_of_the_file():
    with pytest.raises(InvalidSpec) as refused:
        parse_spec("drift: {sampling: 101}\nbudget: {monthly_usd: -1}\nhosting: {mode: lambda}\n")
    assert [(p.line, p.path) for p in refused.value.problems] == [
        (1, "drift.sampling"),
        (2, "budget.monthly_usd"),
        (3, "hosting.mode"),
    ]
    assert "3 problems" in str(refused.value)
    assert refused.value.as_dict()["problems"][0]["path"] == "drift.sampling"


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("hosting: {framework: sklearn}", "hosting.framework", "did you mean `scikit-learn`?"),
        ("hosting: {instance_type: ml.m5.lage}", "hosting.instance_type", "`ml.m5.large`?"),
        ("hosting: {instance_count: 0}", "hosting.instance_count", "greater than or equal to 1"),
        ("hosting: {instance_count: true}", "hosting.instance_count", "found `true`"),
        ("hosting: {framework: xgboost, image: a/b:1}", "hosting.image", "exclude each other"),
        ("hosting: {framework_version: 1.2-1}", "hosting.framework_version", "without `framework`"),
        (
            "hosting: {framework: scikit-learn, framework_version: 1.2}",
            "hosting.framework_version",
            'framework_version: "1.2"',
        ),
        ("hosting: {environment: {1A: x}}", "hosting.environment.1A", "does not match"),
        ("hosting: {environment: {A: 1}}", "hosting.environment.A", 'A: "1"'),
        (
            "hosting: {fallback_instance_types: [ml.m5.large]}",
            "hosting.fallback_instance_types",
            "named twice",
        ),
        ("hosting: 3", "hosting", "expects keys with values"),
        ("artifact: {allow_code: yes}", "artifact.allow_code", "expects true or false"),
        ("artifact: {allow_classes: [os.system]}", "artifact.allow_classes", "no fitted model"),
        ("artifact: {allow_classes: [Encoder]}", "artifact.allow_classes[0]", "does not match"),
        ("release: {steps: [25, 5, 100]}", "release.steps", "write `steps: [5, 25, 100]`"),
        ("release: {steps: [5, 25]}", "release.steps", "write `steps: [5, 25, 100]`"),
        ("release: {steps: []}", "release.steps", "at least 1"),
        ("release: {steps: [0, 100]}", "release.steps[0]", "greater than or equal to 1"),
        ("release: {bake: 4m59s}", "release.bake", "at least 5m"),
        ("release: {bake: soon}", "release.bake", "written like 10m"),
        ("release: {strategy: blue}", "release.strategy", "`canary`"),
        ("scaling: {max: 1}", "scaling.max", "write `max: 2`"),
        ("scaling: {metric: cpu}", "scaling.metric", "target: 70"),
        ("scaling: {metric: cpu, target: 101}", "scaling.target", "above 100 %"),
        ("scaling: {target: 0}", "scaling.target", "greater than 0"),
        ("scaling: {min: 0}", "scaling.min", "greater than or equal to 1"),
        ("scaling: {events: [{name: x}]}", "", "is missing"),
        ('sleep: {until: "0 6 * * ? *"}', "sleep.at", "is missing"),
        ("drift: {schedule: hourly}", "drift.schedule", "six fields"),
        ("drift: {sampling: -1}", "drift.sampling", "greater than or equal to 0"),
        ("budget: {monthly_usd: much}", "budget.monthly_usd", "expects a number"),
    ],
)
def test_what_cannot_be_is_refused_in_words(text, path, words):
    with pytest.raises(InvalidSpec) as refused:
        parse_spec(text)
    assert any(p.path.startswith(path) and p.line == 1 for p in refused.value.problems)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (b"hosting: {}\nscaling: \xff", 2, "not UTF-8"),
        ("hosting:\n\tmode: real-time", 2, "tab"),
        ("hosting: {mode: [}", 1, "not YAML"),
        ("sleep: {at: cron(0 20 ? * * *)}", 1, "in quotes"),
        ("- hosting", 1, "keys with values"),
        ("just words", 1, "keys with values"),
        ("hosting: {}\n---\nscaling: {}", 2, "second document"),
        ("hosting: &a {}\nscaling: {}", 1, "anchors"),
        ("hosting: !!python/object:os.system {}", 1, "tags"),
        ("? [a]\n: b", 1, "a key must be a word"),
        ("a" * 70_000, None, "larger than 64 KiB"),
        ("[" * 5_000, 1, "levels deep"),
        ("hosting: {mode: \x01}", 1, "forbids"),
        ('"\\UFFFFFFFF"', None, "escape"),
    ],
)
def test_what_is_no_settings_file_is_refused(text, line, words):
    problem = problem_in(text)
    assert problem.line == line
    assert words in str(problem)


def test_a_key_given_twice_is_refused_and_both_lines_are_named():
    problem = problem_in("hosting: {}\nscaling: {}\nhosting: {mode: real-time}\n")
    assert (problem.line, problem.path) == (3, "hosting")
    assert "line 1" in problem.message


def test_python_names_of_settings_are_not_accepted_in_yaml():
    with pytest.raises(InvalidSpec, match=r"sleep\.excepted: no such setting"):
        parse_spec("sleep:\n  at: 0 20 ? * * *\n  until: 0 6 ? * * *\n  excepted: [2026-12-24]\n")


@pytest.mark.parametrize(
    ("count", "low", "high", "initial"), [(1, 2, 10, 2), (4, 2, 10, 4), (20, 2, 10, 10)]
)
def test_the_first_fleet_lies_within_the_scaling_limits(count, low, high, initial):
    spec = parse_spec(f"hosting: {{instance_count: {count}}}\nscaling: {{min: {low}, max: {high}}}")
    assert spec.initial_instance_count == initial


def test_a_spec_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        EndpointSpec().hosting.instance_count = 3


words = st.sampled_from([path.split(".")[-1] for path in all_paths(EndpointSpec)])
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), words
)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.text() | st.binary())
def test_arbitrary_text_is_parsed_or_refused_by_name(text):
    try:
        parse_spec(text)
    except InvalidSpec as refused:
        assert refused.problems


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(words, trees, max_size=4))
def test_arbitrary_settings_are_parsed_or_refused_by_name(tree):
    try:
        spec = parse_spec(yaml.safe_dump(tree, allow_unicode=True))
    except InvalidSpec as refused:
        assert refused.problems
    else:
        assert parse_spec(yaml.safe_dump(spec.as_yaml_dict())) == spec


def test_an_environment_that_sagemaker_would_not_take_is_refused():
    lines = "".join(f"    NAME_{number}: {'x' * 1000}\n" for number in range(40))
    with pytest.raises(InvalidSpec, match="32768 may be"):
        parse_spec("hosting:\n  environment:\n" + lines)
