import textwrap

import pytest

from scripts.prove import Tally, proof


def test_counts_each_test_once_in_its_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "tests" / "unit" / "area"
    folder.mkdir(parents=True)
    (folder / "test_it.py").write_text(
        textwrap.dedent(
            """
            import pytest

            def test_good():
                pass

            def test_bad():
                assert False

            @pytest.mark.skip(reason="no data")
            def test_left_out():
                pass
            """
        )
    )
    tally = Tally()
    code = pytest.main(
        ["-q", "-p", "no:cacheprovider", "-c", "/dev/null", f"--rootdir={tmp_path}", "tests"],
        plugins=[tally],
    )
    result = proof(tally, int(code))
    assert result["complete"] is False
    assert result["total"] == {"failed": 1, "passed": 1, "skipped": 1}
    assert result["groups"] == {"tests/unit/area": {"failed": 1, "passed": 1, "skipped": 1}}
