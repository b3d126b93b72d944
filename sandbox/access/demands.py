"""Which permissions a call needs: actions, resources and condition keys of each operation.

Source: the service authorization reference. An operation that is not here cannot be called by a
role: whoever lets a function call something new says here what AWS would check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.access.policies import Demand
from sandbox.errors import Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.gateway import Call

    Context = dict[str, Any]
    Maker = Callable[["Arns", dict[str, Any]], Iterator[Demand]]


class Arns:
    """Writes ARNs of one account and region."""

    def __init__(self, account: str, region: str) -> None:
        self._account = account
        self._region = region

    def of(self, service: str, resource: str, *, region: bool = True) -> str:
        """Return an ARN; some services' ARNs name no region."""
        return f"arn:aws:{service}:{self._region if region else ''}:{self._account}:{resource}"


def demands_of(call: Call, arns: Arns) -> list[Demand]:
    """Return what a call needs to be allowed.

    Raises
    ------
    Unsupported
        Nobody has said yet what the operation needs.
    """
    maker = _MAKERS.get((call.service, call.operation))
    if maker is None:
        raise Unsupported(
            f"sandbox/access/demands.py does not say what {call.service}:{call.operation} needs."
        )
    return list(maker(arns, call.params))


def _simple(service: str, action: str, resource: Callable[[Arns, dict[str, Any]], str]) -> Maker:
    def make(arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
        yield Demand(f"{service}:{action}", resource(arns, params), {})

    return make


def _any(_arns: Arns, _params: dict[str, Any]) -> str:
    return "*"


# ── S3 ──────────────────────────────────────────────────────────────────────────────────────────


def _object(_arns: Arns, params: dict[str, Any]) -> str:
    return f"arn:aws:s3:::{params['Bucket']}/{params['Key']}"


def _get_object(arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
    action = "s3:GetObjectVersion" if params.get("VersionId") else "s3:GetObject"
    yield Demand(action, _object(arns, params), {})


def _delete_object(arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
    action = "s3:DeleteObjectVersion" if params.get("VersionId") else "s3:DeleteObject"
    yield Demand(action, _object(arns, params), {})


def _put_object(arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
    yield Demand("s3:PutObject", _object(arns, params), {})
    if params.get("Tagging"):
        yield Demand("s3:PutObjectTagging", _object(arns, params), {})


def _copy_object(arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
    source, _, query = str(params["CopySource"]).partition("?")
    bucket, _, key = source.lstrip("/").partition("/")
    version = {"VersionId": query.removeprefix("versionId=")} if query else {}
    yield from _get_object(arns, {"Bucket": bucket, "Key": key, **version})
    yield from _put_object(arns, params)


def _list_objects(_arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
    context = {"s3:prefix": params.get("Prefix", "")}
    yield Demand("s3:ListBucket", f"arn:aws:s3:::{params['Bucket']}", context)


# ── SageMaker ───────────────────────────────────────────────────────────────────────────────────


def _named(kind: str, member: str) -> Callable[[Arns, dict[str, Any]], str]:
    return lambda arns, params: arns.of("sagemaker", f"{kind}/{params[member]}".lower())


_MODEL = _named("model", "ModelName")
_CONFIG = _named("endpoint-config", "EndpointConfigName")
_ENDPOINT = _named("endpoint", "EndpointName")


def _with_tags(
    action: str, resource: Callable[[Arns, dict[str, Any]], str], *also: Callable[..., str]
) -> Maker:
    """Creation under tags also needs AddTags, and the tags are condition keys."""

    def make(arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
        context = {f"aws:requesttag/{t['Key'].lower()}": t["Value"] for t in params.get("Tags", [])}
        if context:
            context["aws:tagkeys"] = [tag["Key"] for tag in params["Tags"]]
        for target in (resource, *also):
            yield Demand(f"sagemaker:{action}", target(arns, params), context)
        if context:
            yield Demand("sagemaker:AddTags", resource(arns, params), context)
        if role := params.get("ExecutionRoleArn"):
            yield _pass_role(role, "sagemaker.amazonaws.com")

    return make


def _update_endpoint(arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
    yield Demand("sagemaker:UpdateEndpoint", _ENDPOINT(arns, params), {})
    yield Demand("sagemaker:UpdateEndpoint", _CONFIG(arns, params), {})


def _tagged(action: str) -> Maker:
    return _simple("sagemaker", action, lambda _, params: str(params["ResourceArn"]))


def _invoke_endpoint(arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
    context = {}
    if variant := params.get("TargetVariant"):
        context["sagemaker:targetvariant"] = variant
    yield Demand("sagemaker:InvokeEndpoint", _ENDPOINT(arns, params), context)


def _pass_role(role: str, service: str) -> Demand:
    return Demand("iam:PassRole", role, {"iam:passedtoservice": service})


# ── The rest ────────────────────────────────────────────────────────────────────────────────────


def _table(arns: Arns, params: dict[str, Any]) -> str:
    return arns.of("dynamodb", f"table/{params['TableName']}")


def _index_or_table(arns: Arns, params: dict[str, Any]) -> str:
    index = f"/index/{params['IndexName']}" if params.get("IndexName") else ""
    return _table(arns, params) + index


def _transaction(arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
    actions = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
    for item in params["TransactItems"]:
        for kind, body in item.items():
            action = actions.get(kind, "ConditionCheckItem")
            yield Demand(f"dynamodb:{action}", _table(arns, body), {})


def _function(arns: Arns, params: dict[str, Any]) -> str:
    name = str(params["FunctionName"])
    return name if name.startswith("arn:") else arns.of("lambda", f"function:{name}")


def _put_events(arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
    for bus in {str(entry.get("EventBusName", "default")) for entry in params["Entries"]}:
        arn = bus if bus.startswith("arn:") else arns.of("events", f"event-bus/{bus}")
        yield Demand("events:PutEvents", arn, {})


def _send_message(arns: Arns, params: dict[str, Any]) -> str:
    return arns.of("sqs", str(params["QueueUrl"]).rpartition("/")[2])


def _publish(_arns: Arns, params: dict[str, Any]) -> str:
    return str(params.get("TopicArn") or params["TargetArn"])


def _log_group(arns: Arns, params: dict[str, Any]) -> str:
    return arns.of("logs", f"log-group:{params['logGroupName']}")


def _log_stream(arns: Arns, params: dict[str, Any]) -> str:
    return f"{_log_group(arns, params)}:log-stream:{params.get('logStreamName', '')}"


def _alarm(arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
    arn = arns.of("cloudwatch", f"alarm:{params['AlarmName']}")
    yield Demand("cloudwatch:PutMetricAlarm", arn, {})
    if params.get("Tags"):
        yield Demand("cloudwatch:TagResource", arn, {})


def _alarms(action: str) -> Maker:
    def make(arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
        for name in params.get("AlarmNames") or ["*"]:
            yield Demand(f"cloudwatch:{action}", arns.of("cloudwatch", f"alarm:{name}"), {})

    return make


def _dashboards(action: str) -> Maker:
    def make(arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
        for name in params.get("DashboardNames") or [params["DashboardName"]]:
            arn = arns.of("cloudwatch", f"dashboard/{name}", region=False)
            yield Demand(f"cloudwatch:{action}", arn, {})

    return make


def _put_metric_data(_arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
    yield Demand("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": params["Namespace"]})


def _scalable_target(action: str) -> Maker:
    resource = "scalable-target/*"

    def make(arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
        context = {
            "application-autoscaling:service-namespace": params.get("ServiceNamespace"),
            "application-autoscaling:scalable-dimension": params.get("ScalableDimension"),
        }
        arn = arns.of("application-autoscaling", resource)
        yield Demand(f"application-autoscaling:{action}", arn, context)

    return make


def _schedule(action: str) -> Maker:
    def make(arns: Arns, params: dict[str, Any]) -> Iterator[Demand]:
        group = params.get("GroupName") or "default"
        arn = arns.of("scheduler", f"schedule/{group}/{params['Name']}")
        yield Demand(f"scheduler:{action}", arn, {})
        if target := params.get("Target"):
            yield _pass_role(target["RoleArn"], "scheduler.amazonaws.com")

    return make


def _execution(arns: Arns, params: dict[str, Any]) -> str:  # noqa: ARG001 - one signature
    return str(params["executionArn"])


def _machine(arns: Arns, params: dict[str, Any]) -> str:  # noqa: ARG001 - one signature
    return str(params["stateMachineArn"])


def _service(service: str, resource: Callable[..., str], *actions: str) -> dict[Any, Maker]:
    prefix = _PREFIXES.get(service, service)
    return {(service, action): _simple(prefix, action, resource) for action in actions}


_PREFIXES = {"stepfunctions": "states", "service-quotas": "servicequotas"}

_MAKERS: dict[tuple[str, str], Maker] = {
    ("s3", "GetObject"): _get_object,
    ("s3", "HeadObject"): _get_object,
    ("s3", "GetObjectAttributes"): _get_object,
    ("s3", "PutObject"): _put_object,
    ("s3", "CopyObject"): _copy_object,
    ("s3", "CreateMultipartUpload"): _put_object,
    ("s3", "UploadPart"): _put_object,
    ("s3", "UploadPartCopy"): _copy_object,
    ("s3", "CompleteMultipartUpload"): _put_object,
    ("s3", "AbortMultipartUpload"): _simple("s3", "AbortMultipartUpload", _object),
    ("s3", "DeleteObject"): _delete_object,
    ("s3", "GetObjectTagging"): _simple("s3", "GetObjectTagging", _object),
    ("s3", "PutObjectTagging"): _simple("s3", "PutObjectTagging", _object),
    ("s3", "ListObjectsV2"): _list_objects,
    ("s3", "ListObjects"): _list_objects,
    ("s3", "HeadBucket"): _list_objects,
    ("sagemaker", "CreateModel"): _with_tags("CreateModel", _MODEL),
    ("sagemaker", "CreateEndpointConfig"): _with_tags("CreateEndpointConfig", _CONFIG),
    ("sagemaker", "CreateEndpoint"): _with_tags("CreateEndpoint", _ENDPOINT, _CONFIG),
    ("sagemaker", "UpdateEndpoint"): _update_endpoint,
    ("sagemaker", "AddTags"): _tagged("AddTags"),
    ("sagemaker", "ListTags"): _tagged("ListTags"),
    ("sagemaker", "DeleteTags"): _tagged("DeleteTags"),
    **_service("sagemaker", _MODEL, "DescribeModel", "DeleteModel"),
    **_service("sagemaker", _CONFIG, "DescribeEndpointConfig", "DeleteEndpointConfig"),
    **_service(
        "sagemaker",
        _ENDPOINT,
        "DescribeEndpoint",
        "DeleteEndpoint",
        "UpdateEndpointWeightsAndCapacities",
    ),
    **_service("sagemaker", _any, "ListEndpoints", "ListModels", "ListEndpointConfigs"),
    ("sagemaker-runtime", "InvokeEndpoint"): _invoke_endpoint,
    **_service(
        "dynamodb",
        _index_or_table,
        "GetItem",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "Query",
        "Scan",
    ),
    ("dynamodb", "TransactWriteItems"): _transaction,
    ("events", "PutEvents"): _put_events,
    ("lambda", "Invoke"): _simple("lambda", "InvokeFunction", _function),
    **_service("sns", _publish, "Publish"),
    **_service("sqs", _send_message, "SendMessage"),
    **_service("logs", _log_group, "CreateLogGroup", "DescribeLogStreams", "FilterLogEvents"),
    **_service("logs", _log_stream, "CreateLogStream", "PutLogEvents", "GetLogEvents"),
    ("cloudwatch", "PutMetricAlarm"): _alarm,
    ("cloudwatch", "DescribeAlarms"): _alarms("DescribeAlarms"),
    ("cloudwatch", "DeleteAlarms"): _alarms("DeleteAlarms"),
    ("cloudwatch", "PutDashboard"): _dashboards("PutDashboard"),
    ("cloudwatch", "DeleteDashboards"): _dashboards("DeleteDashboards"),
    ("cloudwatch", "PutMetricData"): _put_metric_data,
    **_service("cloudwatch", _any, "GetMetricData", "GetMetricStatistics", "ListMetrics"),
    **{
        ("application-autoscaling", action): _scalable_target(action)
        for action in (
            "RegisterScalableTarget",
            "DeregisterScalableTarget",
            "PutScalingPolicy",
            "DeleteScalingPolicy",
            "DescribeScalableTargets",
            "DescribeScalingPolicies",
        )
    },
    **{
        ("scheduler", action): _schedule(action)
        for action in ("CreateSchedule", "UpdateSchedule", "DeleteSchedule", "GetSchedule")
    },
    **_service("stepfunctions", _execution, "DescribeExecution", "StopExecution"),
    **_service("stepfunctions", _machine, "StartExecution"),
    **_service("stepfunctions", _any, "SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"),
    **_service("service-quotas", _any, "ListServiceQuotas", "ListAWSDefaultServiceQuotas"),
    **_service("sts", _any, "GetCallerIdentity"),
}
