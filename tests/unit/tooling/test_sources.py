from pathlib import Path

import pytest

from scripts import verify_sources


def problems_of(tmp_path, monkeypatch, name: str, text: str) -> list[str]:
    monkeypatch.setattr(verify_sources, "ROOT", tmp_path)
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return verify_sources.verify([Path(name)])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("docs/a.md", "see " + "/ro" + "ot/x"),
        ("a.py", "path = '" + "/ho" + "me/ann/model'"),
        ("requirements/dev.txt", "--index" + "-url x"),
        ("layers/slipway/requirements.txt", "a @ " + "https" + "://example.com/a.whl"),
        ("b.py", "# TO" + "DO later"),
        ("requirements/asl/package-lock.json", '"reso' + 'lved": "somewhere"'),
        ("requirements/asl/.npmrc", "regis" + "try=somewhere"),
        ("c.py", "x = 1  # no" + "qa: E501"),
        ("c.py", "x = f()  # type: ig" + "nore[arg-type]"),
        ("c.py", "x = (1,  2)  # fm" + "t: skip"),
    ],
)
def test_names_file_and_line(tmp_path, monkeypatch, name, text):
    found = problems_of(tmp_path, monkeypatch, name, f"fine\n{text}\n")
    assert len(found) == 1
    assert found[0].startswith(f"{name}:2: ")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("template.yaml", "Resource: arn:aws:iam::123456789012:root"),
        ("a.md", "under statemachines/ and /workflows/x, in https://example.com/users/home"),
        ("b.py", "path = '/tmp/model'"),
        ("c.py", "x = 1  # no" + "qa: E501 - an address"),
        ("c.py", "x = f()  # type: ig" + "nore[arg-type]  # moto's own type is wrong"),
    ],
)
def test_leaves_alone_what_only_looks_like_it(tmp_path, monkeypatch, name, text):
    assert problems_of(tmp_path, monkeypatch, name, text) == []


def test_refuses_a_foreign_lock_file(tmp_path, monkeypatch):
    assert "requirements" in problems_of(tmp_path, monkeypatch, "uv.lock", "")[0]


def test_the_repository_itself_is_clean():
    assert verify_sources.verify(verify_sources.tracked()) == []
