"""Write the instance types that SageMaker hosts models on, as botocore's service model lists them.

Usage: python scripts/update_instance_types.py
"""

from __future__ import annotations

import json
from pathlib import Path

import botocore
import botocore.session

TARGET = Path(__file__).parents[1] / "layers/slipway/slipway/domain/instance_types.json"


def main() -> None:
    """Write the file."""
    model = botocore.session.get_session().get_service_model("sagemaker")
    types = sorted(model.shape_for("ProductionVariantInstanceType").enum)
    data = {
        "source": f"botocore {botocore.__version__}, SageMaker ProductionVariantInstanceType",
        "instance_types": types,
    }
    TARGET.write_text(json.dumps(data, indent=1) + "\n")
    print(f"{len(types)} instance types from {data['source']}")


if __name__ == "__main__":
    main()
