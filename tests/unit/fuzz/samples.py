"""What is right, to be spoilt."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import yaml

from rehearsal.trace import Trace, read_trace
from slipway.domain.spec import EndpointSpec

SETTINGS = yaml.safe_dump(EndpointSpec().as_yaml_dict(), sort_keys=False).encode()
SMOKE = b"\n".join(
    [
        b'{"content_type": "text/csv", "body": "1,2", "accept": "text/csv", "expect": "0.5"}',
        b'{"content_type": "application/json", "body": {"instances": [[1, 2]]}, "tolerance": 0.1}',
    ]
)
_SIDE = {"observedContentType": "text/csv", "mode": "INPUT", "data": "1,2", "encoding": "CSV"}
CAPTURE: dict[str, Any] = {
    "captureData": {"endpointInput": _SIDE, "endpointOutput": _SIDE | {"data": "0.5"}},
    "eventMetadata": {
        "eventId": "e1",
        "inferenceId": "i1",
        "inferenceTime": "2026-03-02T08:00:00Z",
    },
    "eventVersion": "0",
}
TRUTH = {
    "groundTruthData": {"data": "1", "encoding": "CSV"},
    "eventMetadata": {"eventId": "e1"},
    "eventVersion": "0",
}
_BUCKETS = [{"lower_bound": 0.0, "upper_bound": 5.0, "count": 3.0}]
_NUMBERS = {
    "common": {"num_present": 4, "num_missing": 0},
    "mean": 2.5,
    "sum": 10.0,
    "std_dev": 1.1,
    "min": 1.0,
    "max": 4.0,
    "distribution": {
        "kll": {
            "buckets": _BUCKETS,
            "sketch": {"parameters": {"c": 0.64, "k": 2048.0}, "data": [[1.0, 2.0, 3.0, 4.0]]},
        }
    },
}
_WORDS = {
    "common": {"num_present": 4, "num_missing": 0},
    "distinct_count": 2,
    "distribution": {"categorical": {"buckets": [{"value": "red", "count": 3}]}},
}
STATISTICS: dict[str, Any] = {
    "version": 0.0,
    "dataset": {"item_count": 4},
    "features": [
        {"name": "age", "inferred_type": "Integral", "numerical_statistics": _NUMBERS},
        {"name": "colour", "inferred_type": "String", "string_statistics": _WORDS},
    ],
}
CONSTRAINTS: dict[str, Any] = {
    "version": 0.0,
    "features": [
        {
            "name": "age",
            "inferred_type": "Integral",
            "completeness": 1.0,
            "num_constraints": {"is_non_negative": True},
        },
        {"name": "colour", "inferred_type": "String", "completeness": 1.0},
    ],
    "monitoring_config": {
        "evaluate_constraints": "Enabled",
        "emit_metrics": "Enabled",
        "datatype_check_threshold": 1.0,
        "domain_content_threshold": 1.0,
        "distribution_constraints": {
            "perform_comparison": "Enabled",
            "comparison_threshold": 0.1,
            "comparison_method": "Robust",
        },
    },
}
TENSORS = {
    "__metadata__": {"format": "pt"},
    "weights": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]},
}
TRAINING = b"age,colour\n1,red\n2,red\n3,blue\n4,red\n"
TRACE = b"time,requests_per_minute\n2026-01-05T00:00:00Z,60\n2026-01-05T00:01:00Z,120\n"
URL_REQUEST: dict[str, Any] = {
    "version": "2.0",
    "rawPath": "/churn",
    "rawQueryString": "endpoint=churn",
    "queryStringParameters": {"endpoint": "churn"},
    "requestContext": {"http": {"method": "GET", "path": "/churn"}},
}
OFFER: dict[str, Any] = {
    "publicationDate": "2026-01-02T00:00:00Z",
    "products": {
        "SKU1": {"attributes": {"usagetype": "USE1-Host:ml.m5.large", "regionCode": "us-east-1"}}
    },
    "terms": {
        "OnDemand": {
            "SKU1": {
                "T": {"priceDimensions": {"D": {"unit": "Hrs", "pricePerUnit": {"USD": "0.115"}}}}
            }
        }
    },
}


def read_trace_of(content: bytes) -> Trace:
    """Read a trace from a file of these bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace.csv"
        path.write_bytes(content)
        return read_trace(path)
