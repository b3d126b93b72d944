"""The layer as Lambda gets it and as the sandbox does."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import zipfile
from hashlib import sha256
from importlib.metadata import distributions
from typing import TYPE_CHECKING

import botocore.session
import pytest

from sandbox.functions import layers
from sandbox.functions.paths import ROOT
from sandbox.functions.process import interpreter

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = ROOT / "layers" / "slipway"
# Lambda's quota for a function with all its layers, unpacked; a handler is a kilobyte.
QUOTA, ROOM = 262_144_000, 1_000_000
ELF_MACHINE_AARCH64 = 183


# Every call that needs nothing but texts gets as far as the network, where nobody answers.
CALLS = """
import sys; sys.path.insert(0, sys.argv[1])
import boto3
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError, UnknownServiceError
session = boto3.Session("a", "b", region_name="eu-west-1")
config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
for name in sys.argv[2:]:
    print(session.client(name).meta.endpoint_url)
    client = session.client(name, config=config, endpoint_url="http://127.0.0.1:9")
    operations = client.meta.method_to_api_mapping
    simple = [
        (method, shape.required_members if shape else [])
        for method, operation in operations.items()
        for shape in [client.meta.service_model.operation_model(operation).input_shape]
        if not shape or all(shape.members[m].type_name in ("string", "blob")
                            for m in shape.required_members)
    ]
    for method, members in simple[:5]:
        try:
            getattr(client, method)(**{member: "x" * 20 for member in members})
        except EndpointConnectionError:
            print(name, "ready")
try:
    session.client("ec2")
except UnknownServiceError:
    print("trimmed")
"""

# Whatever was taken out of the wheels, what profiles are made of works.
PROFILES = """
import sys; sys.path.insert(0, sys.argv[1])
import datasketches, msgspec, numpy, polars
sketch = datasketches.kll_doubles_sketch(2048)
sketch.update(numpy.array([1.0, 2.0]))
print(sketch.n, polars.read_csv(b"a,b\\n1,2\\n").sum_horizontal()[0] + 0.0)
"""


def versions(folder: Path) -> dict[str, str]:
    return {each.name: each.version for each in distributions(path=[str(folder)])}


def build(logical_id: str, artifacts: Path) -> Path:
    """Build as `sam build` does: it calls the same target in a copy of the same folder."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    target = [f"build-{logical_id}", f"ARTIFACTS_DIR={artifacts}", f"PYTHON={sys.executable}"]
    folder = str(layers.LAYERS[logical_id])
    subprocess.run(["make", "-C", folder, *target], check=True, env=environment)
    return artifacts / "python"


@pytest.fixture(scope="session")
def for_lambda(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("SlipwayLayer", tmp_path_factory.mktemp("artifacts"))


@pytest.fixture(scope="session")
def drift_for_lambda(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("DriftLayer", tmp_path_factory.mktemp("artifacts"))


@pytest.fixture(scope="session")
def for_host() -> Path:
    return layers.host_layer("SlipwayLayer") / "python"


@pytest.fixture(scope="session")
def together(for_host: Path) -> Path:
    """What the functions see that read captures."""
    return layers.together([for_host.parent, layers.host_layer("DriftLayer")]) / "python"


def lambda_python() -> str:
    """Return the Python that compiles for Lambda; only where there is none nothing is compiled."""
    asked = "import layer_steps; print(layer_steps.lambda_python() or '')"
    command = [sys.executable, "-c", asked]
    found = subprocess.run(command, cwd=SOURCE, check=True, capture_output=True, text=True)
    return found.stdout.strip()


def services() -> list[str]:
    lines = (SOURCE / "aws-services.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_both_have_the_same_distributions(for_lambda: Path, for_host: Path) -> None:
    assert versions(for_lambda) == versions(for_host)
    pins = (line.split(" ")[0] for line in (SOURCE / "requirements.txt").read_text().splitlines())
    pinned = dict(pin.split("==") for pin in pins if "==" in pin)
    assert {name.lower().replace("_", "-"): v for name, v in versions(for_host).items()} == pinned


def test_lambda_gets_arm_binaries_for_its_python_and_compiled_modules(
    for_lambda: Path, drift_for_lambda: Path
) -> None:
    for folder in (for_lambda, drift_for_lambda):
        binaries = list(folder.rglob("*.so"))
        assert binaries
        for path in binaries:
            with path.open("rb") as file:
                head = file.read(20)
            assert int.from_bytes(head[18:20], "little") == ELF_MACHINE_AARCH64, path
            bundled = path.parent.name.endswith(".libs")
            assert bundled or "cpython-313" in path.name or "abi3" in path.name
        compiled = {path.name.split(".")[-2] for path in folder.rglob("*.pyc")}
        assert compiled == ({"cpython-313"} if lambda_python() else set())


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_they_fit_into_lambda_with_room_for_more(for_lambda: Path, drift_for_lambda: Path) -> None:
    assert size_of(for_lambda) < 60 * 1024 * 1024
    assert size_of(for_lambda) + size_of(drift_for_lambda) + ROOM < QUOTA


def test_two_layers_are_one_folder_and_the_package_in_it_is_ours(
    together: Path, for_host: Path
) -> None:
    assert (together / "polars").is_dir()
    assert (together / "slipway" / "__init__.py").samefile(for_host / "slipway" / "__init__.py")
    command = [interpreter(), "-I", "-S", "-c", PROFILES, str(together)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert told == "2 3.0\n"


def test_the_layer_has_the_models_that_the_package_calls_and_no_others() -> None:
    known = set(botocore.session.get_session().get_available_services())
    adapters = (SOURCE / "slipway" / "adapters").rglob("*.py")
    calls = (
        node
        for path in adapters
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    )
    named = {
        argument.value
        for node in calls
        for argument in node.args
        if isinstance(argument, ast.Constant) and argument.value in known
    }
    assert named == set(services())


def test_the_layers_have_what_the_code_imports(together: Path) -> None:
    waiting = sorted((ROOT / "functions").glob("*/app.py"))
    assert waiting
    seen: set[Path] = set()
    missing: list[str] = []
    while waiting:
        path = waiting.pop()
        seen.add(path)
        for name in _imports(path):
            top = name.split(".")[0]
            if top == "slipway":
                waiting += [each for each in _files_of(name) if each not in seen]
            elif top not in sys.stdlib_module_names and not _importable(together, top):
                missing.append(f"{path.name}: {name}")
    assert missing == []


def _imports(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def _files_of(name: str) -> list[Path]:
    module = SOURCE.joinpath(*name.split("."))
    return [each for each in (module.with_suffix(".py"), module / "__init__.py") if each.is_file()]


def _importable(folder: Path, name: str) -> bool:
    return (folder / name).is_dir() or (folder / f"{name}.py").is_file()


def test_every_client_can_be_made_and_called_from_the_trimmed_models(for_host: Path) -> None:
    command = [interpreter(), "-I", "-S", "-c", CALLS, str(for_host), *services()]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for name in services():
        assert f"{name} ready" in told
    assert "https://runtime.sagemaker.eu-west-1.amazonaws.com" in told
    assert "https://api.sagemaker.eu-west-1.amazonaws.com" in told
    assert told.endswith("trimmed\n")


def test_the_zip_that_is_deployed_holds_the_folder_that_is_used() -> None:
    archive = layers.host_zip("SlipwayLayer")
    folder = layers.unpacked(sha256(archive.read_bytes()).hexdigest())
    assert folder == layers.host_layer("SlipwayLayer")
    with zipfile.ZipFile(archive) as content:
        names = set(content.namelist())
    assert {"python/slipway/__init__.py", "python/boto3/__init__.py"} <= names
    assert names == {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_layer_that_nobody_knows_is_refused() -> None:
    with pytest.raises(layers.UnknownLayer, match="SlipwayLayer"):
        layers.host_zip("OtherLayer")
