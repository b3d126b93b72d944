"""What services answer when a call fails in a way that only this call knows."""

from __future__ import annotations

from sandbox.proving.words import Words

_ARN = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/churn"
_CONFIG_ARN = "arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/churn"
_MODEL_ARN = "arn:aws:sagemaker:us-east-1:123456789012:model/churn"
_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
_FULL = Words(
    "ResourceLimitExceeded",
    "The account-level service limit 'ml.m5.large for endpoint usage' is 4 Instances, with current "
    "utilization of 4 Instances and a request delta of 2 Instances.",
)
CAPACITY = {
    ("sagemaker", "CreateModel"): Words("ResourceLimitExceeded", "The limit of models is reached."),
    ("sagemaker", "CreateEndpointConfig"): Words(
        "ResourceLimitExceeded", "The limit of endpoint configurations is reached."
    ),
    ("sagemaker", "CreateEndpoint"): _FULL,
    ("sagemaker", "UpdateEndpoint"): _FULL,
    ("sagemaker", "UpdateEndpointWeightsAndCapacities"): _FULL,
    ("cloudwatch", "PutMetricAlarm"): Words("LimitExceeded", "The maximum limit is reached."),
    ("application-autoscaling", "RegisterScalableTarget"): Words(
        "LimitExceededException", "The limit of scalable targets is reached."
    ),
    ("application-autoscaling", "PutScalingPolicy"): Words(
        "LimitExceededException", "The limit of scaling policies is reached."
    ),
    ("scheduler", "CreateSchedule"): Words(
        "ServiceQuotaExceededException", "The limit of schedules is reached."
    ),
    ("stepfunctions", "StartExecution"): Words(
        "ExecutionLimitExceeded", "The limit of open executions is reached."
    ),
}
_NO_EXECUTION = Words("ExecutionDoesNotExist", "Execution Does Not Exist")
_NO_TASK = Words("TaskDoesNotExist", "Task Does Not Exist")
NOT_FOUND = {
    ("sagemaker", "CreateModel"): Words(
        "ValidationException", "Could not access model data at s3://nowhere/model.tar.gz."
    ),
    ("sagemaker", "CreateEndpointConfig"): Words(
        "ValidationException", f'Could not find model "{_MODEL_ARN}".'
    ),
    ("sagemaker", "CreateEndpoint"): Words(
        "ValidationException", f'Could not find endpoint configuration "{_CONFIG_ARN}".'
    ),
    **{
        ("sagemaker", f"{verb}{kind}"): Words("ValidationException", f"Could not find {words}.")
        for verb in ("Describe", "Delete", "Update")
        for kind, words in {
            "Endpoint": f'endpoint "{_ARN}"',
            "EndpointConfig": f'endpoint configuration "{_CONFIG_ARN}"',
            "Model": f'model "{_MODEL_ARN}"',
            "EndpointWeightsAndCapacities": f'endpoint "{_ARN}"',
        }.items()
    },
    ("sagemaker-runtime", "InvokeEndpoint"): Words(
        "ValidationError", "Endpoint churn of account 123456789012 not found."
    ),
    ("s3", "GetObject"): Words("NoSuchKey", "The specified key does not exist."),
    ("s3", "HeadObject"): Words("404", "Not Found"),
    ("s3", "CopyObject"): Words("NoSuchKey", "The specified key does not exist."),
    ("s3", "ListObjectsV2"): Words("NoSuchBucket", "The specified bucket does not exist."),
    ("stepfunctions", "DescribeExecution"): _NO_EXECUTION,
    ("stepfunctions", "SendTaskSuccess"): _NO_TASK,
    ("stepfunctions", "SendTaskFailure"): _NO_TASK,
    ("cloudwatch", "DeleteAlarms"): Words("ResourceNotFound", "The alarm does not exist."),
    ("cloudwatch", "DeleteDashboards"): Words("ResourceNotFound", "The dashboard is gone."),
    ("application-autoscaling", "DeregisterScalableTarget"): Words(
        "ObjectNotFoundException", "No scalable target found for this resource."
    ),
    ("application-autoscaling", "RegisterScalableTarget"): Words(
        "ValidationException", "SageMaker endpoint variant doesn't exist: endpoint/churn"
    ),
    ("application-autoscaling", "PutScalingPolicy"): Words(
        "ObjectNotFoundException", "No scalable target registered for this resource."
    ),
    ("scheduler", "DeleteSchedule"): Words("ResourceNotFoundException", "Schedule is unknown."),
    ("scheduler", "UpdateSchedule"): Words("ResourceNotFoundException", "Schedule is unknown."),
    ("scheduler", "GetSchedule"): Words("ResourceNotFoundException", "Schedule is unknown."),
}
_BUSY = Words("ValidationException", f'Cannot update in-progress endpoint "{_ARN}".')
IN_PROGRESS = {
    ("sagemaker", "UpdateEndpoint"): _BUSY,
    ("sagemaker", "UpdateEndpointWeightsAndCapacities"): _BUSY,
    ("sagemaker", "DeleteEndpoint"): _BUSY,
    **{
        ("dynamodb", write): Words(
            "TransactionConflictException", "Transaction is ongoing for the item"
        )
        for write in _WRITES
    },
    **{
        ("application-autoscaling", operation): Words(
            "ConcurrentUpdateException", "You already have a pending update"
        )
        for operation in (
            "RegisterScalableTarget",
            "DeregisterScalableTarget",
            "PutScalingPolicy",
        )
    },
    ("cloudwatch", "PutMetricAlarm"): Words(
        "ConcurrentModificationException", "More than one process tried to modify it"
    ),
    ("scheduler", "CreateSchedule"): Words("ConflictException", "Schedule is being changed."),
    ("scheduler", "UpdateSchedule"): Words("ConflictException", "Schedule is being changed."),
    ("scheduler", "DeleteSchedule"): Words("ConflictException", "Schedule is being changed."),
}
