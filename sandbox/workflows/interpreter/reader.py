"""Item readers: the items of a Distributed Map that lie in S3."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.errors import Unsupported
from sandbox.workflows.interpreter.failures import execution_failure
from sandbox.workflows.interpreter.runtime import current, execution_arn
from sandbox.workflows.interpreter.templates import render, whole_number

READERS = ("arn:aws:states:::s3:getObject", "arn:aws:states:::s3:listObjectsV2")
INPUT_TYPES = ("JSON", "JSONL", "CSV", "MANIFEST")


def read(reader: dict[str, Any], env: Any) -> list[Any]:
    """Return the items that an ItemReader reads, as the execution's role."""
    config = render(reader.get("ReaderConfig", {}), env, "ItemReader/ReaderConfig")
    arguments = render(reader.get("Arguments", {}), env, "ItemReader/Arguments")
    session = current().session(execution_arn(env))
    s3 = current().client("s3", env.aws_execution_details.role_arn, session)
    try:
        items = _items(reader["Resource"], s3, arguments, config)
    except (ClientError, BotoCoreError, ValueError, KeyError) as error:
        raise execution_failure(env, "States.ItemReaderFailed", str(error)) from error
    most = whole_number(config.get("MaxItems"), env, "ItemReader/ReaderConfig/MaxItems", 0)
    return items[:most] if most else items


def _items(resource: str, s3: Any, arguments: dict[str, Any], config: dict[str, Any]) -> list[Any]:
    if resource.endswith("listObjectsV2"):
        return _listed(s3, arguments)
    kind = config.get("InputType", "JSON")
    content = _content(s3, arguments)
    if kind == "MANIFEST":
        return _inventory(s3, json.loads(content))
    return _parsed(kind, content, config)


def _listed(s3: Any, arguments: dict[str, Any]) -> list[Any]:
    pages = s3.get_paginator("list_objects_v2").paginate(**arguments)
    return [
        {
            "Etag": entry["ETag"],
            "Key": entry["Key"],
            "LastModified": int(entry["LastModified"].timestamp()),
            "Size": entry["Size"],
            "StorageClass": entry.get("StorageClass", "STANDARD"),
        }
        for page in pages
        for entry in page.get("Contents", [])
    ]


def _content(s3: Any, arguments: dict[str, Any]) -> str:
    body: bytes = s3.get_object(**arguments)["Body"].read()
    if arguments["Key"].endswith(".gz"):
        body = gzip.decompress(body)
    return body.decode("utf-8-sig")


def _parsed(kind: str, content: str, config: dict[str, Any]) -> list[Any]:
    if kind == "JSON":
        items = json.loads(content)
        if not isinstance(items, list):
            raise ValueError("Attempting to map over non-iterable node.")
        return items
    if kind == "JSONL":
        return [json.loads(line) for line in content.splitlines() if line.strip()]
    if kind == "CSV":
        return _rows(content, config)
    raise Unsupported(f"An ItemReader with the InputType {kind!r}.")


def _rows(content: str, config: dict[str, Any]) -> list[Any]:
    delimiters = {"PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t", "COMMA": ","}
    delimiter = delimiters[config.get("CSVDelimiter", "COMMA")]
    rows = [row for row in csv.reader(io.StringIO(content), delimiter=delimiter) if row]
    given = config["CSVHeaderLocation"] == "GIVEN"
    headers = config["CSVHeaders"] if given else (rows.pop(0) if rows else [])
    # Too short rows have empty cells; what is beyond the headers is dropped.
    padded = (row + [""] * (len(headers) - len(row)) for row in rows)
    return [dict(zip(headers, row, strict=False)) for row in padded]


def _inventory(s3: Any, manifest: dict[str, Any]) -> list[Any]:
    bucket = manifest["destinationBucket"].rpartition(":")[2]
    headers = [name.strip() for name in manifest["fileSchema"].split(",")]
    config = {"CSVHeaderLocation": "GIVEN", "CSVHeaders": headers}
    items: list[Any] = []
    for file in manifest["files"]:
        items += _rows(_content(s3, {"Bucket": bucket, "Key": file["key"]}), config)
    return items
