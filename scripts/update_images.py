"""Write SageMaker's framework images, as the SageMaker SDK publishes them, into the domain.

Downloads the package with pip and reads its `image_uri_config`; what is inside the images comes
from image_packages.json beside this script.

Usage: python scripts/update_images.py [package requirement]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import botocore.session

TARGET = Path(__file__).parents[1] / "layers/slipway/slipway/domain/images/images.json"
PACKAGES = Path(__file__).with_name("image_packages.json")
FILES = {"scikit-learn": "sklearn.json", "xgboost": "xgboost.json"}
# The tag of XGBoost's built-in algorithm of 2017, in registries of its own: no framework container.
NO_FRAMEWORK = {("xgboost", "1")}


def main() -> None:
    """Write the file."""
    requirement = sys.argv[1] if len(sys.argv) > 1 else "sagemaker-core"
    with tempfile.TemporaryDirectory() as folder:
        wheel = _download(requirement, Path(folder))
        configs = {name: _config(wheel, file) for name, file in FILES.items()}
        distribution, version = wheel.name.split("-")[:2]
    known = json.loads(PACKAGES.read_text())
    frameworks = {name: _framework(name, configs[name], known[name]) for name in FILES}
    data = {
        "source": f"{distribution.replace('_', '-')} {version}, image_uri_config",
        "date": datetime.now(UTC).date().isoformat(),
        "frameworks": frameworks,
        "dns_suffixes": _suffixes(frameworks),
    }
    TARGET.write_text(json.dumps(data, indent=1) + "\n")
    print(f"images from {data['source']}")


def _download(requirement: str, folder: Path) -> Path:
    options = ["--no-deps", "--only-binary", ":all:", "--quiet", "--dest", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "download", *options, requirement], check=True)
    return next(folder.glob("*.whl"))


def _config(wheel: Path, file: str) -> dict[str, Any]:
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(f"image_uri_config/{file}"))
        config: dict[str, Any] = json.loads(archive.read(name))
        return config


def _framework(name: str, config: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    registries: list[dict[str, str]] = []
    versions = {}
    for version, details in config["inference"]["versions"].items():
        if (name, version) in NO_FRAMEWORK:
            continue
        if details["registries"] not in registries:
            registries.append(details["registries"])
        inside = known.get(version, {"python": None, "packages": {}, "source": None})
        versions[version] = {
            "repository": details["repository"],
            "tag": _tag(version, details),
            "registry": registries.index(details["registries"]),
            **inside,
        }
    return {"registries": registries, "versions": versions}


def _tag(version: str, details: dict[str, Any]) -> str:
    """Return the tag as the SDK builds it: version, processor, Python."""
    processor = "cpu" if "cpu" in details.get("processors", []) else ""
    python = next(iter(details.get("py_versions", [])), "")
    return "-".join(
        part for part in (details.get("tag_prefix", version), processor, python) if part
    )


def _suffixes(frameworks: dict[str, Any]) -> dict[str, str]:
    """Return the DNS suffix of every region whose registries are not under amazonaws.com."""
    resolver = botocore.session.get_session().get_component("endpoint_resolver")
    tables = [table for framework in frameworks.values() for table in framework["registries"]]
    regions = sorted({region for table in tables for region in table})
    suffixes = {
        region: resolver.get_partition_dns_suffix(resolver.get_partition_for_region(region))
        for region in regions
    }
    return {region: suffix for region, suffix in suffixes.items() if suffix != "amazonaws.com"}


if __name__ == "__main__":
    main()
