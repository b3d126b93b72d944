"""An account that has its events but no functions, workflows or hosting; and its contents."""

import json
import threading

from sandbox import events
from sandbox.account import Account
from sandbox.gateway import AwsError
from sandbox.replacing import restore

ACCOUNT = "123456789012"


class EventsAccount(Account):
    """The real kernel and gateway with this area alone behind them."""

    def _install(self):
        self.bus = events.install(self)
        self.metrics = self.bus.metrics
        self.invoked = []
        self.started = []
        self.gateway.serve("lambda", "GetPolicy", self._get_policy)
        self.gateway.serve("lambda", "Invoke", self._invoke)
        self.gateway.serve("stepfunctions", "StartExecution", self._start)
        self.function_policies = {}

    def close(self):
        # The HTTP server takes half a second to stop, which no test here needs to wait for.
        threading.Thread(target=self._server.close, daemon=True).start()
        self.kernel.close()
        restore()

    def _get_policy(self, call):
        arn = call.params["FunctionName"]
        if arn not in self.function_policies:
            raise AwsError("ResourceNotFoundException", f"No policy is found: {arn}", 404)
        return {"Policy": json.dumps({"Statement": self.function_policies[arn]})}

    def _invoke(self, call):
        payload = call.params["Payload"]
        payload = payload.read() if hasattr(payload, "read") else payload
        self.invoked.append((call.params["FunctionName"], json.loads(payload), call.principal))
        return {"StatusCode": 202}

    def _start(self, call):
        self.started.append((call.params, call.principal))
        arn = call.params["stateMachineArn"].replace(":stateMachine:", ":execution:") + ":x"
        return {"executionArn": arn, "startDate": self.kernel.now()}


def make_role(account, name, service):
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": f"{service}.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    iam = account.client("iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    return made["Role"]["Arn"]


def make_queue(account, name, *, service=None, source=None, **attributes):
    """Make a queue that lets a service in from one source; return its URL and ARN."""
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"
    if service:
        statement = allow(service, "sqs:SendMessage", arn, source)
        attributes["Policy"] = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    url = account.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, arn


def allow(service, action, resource, source=None):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": action,
        "Resource": resource,
    }
    if source:
        statement["Condition"] = {"ArnEquals": {"aws:SourceArn": source}}
    return statement


def receive(account, url, count=10):
    """Take messages out of a queue."""
    sqs = account.client("sqs")
    answer = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=count, MessageAttributeNames=["All"]
    )
    for message in answer.get("Messages", []):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return answer.get("Messages", [])


def grant(account, role, action, resource):
    """Let a role do something."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    account.client("iam").put_role_policy(
        RoleName=role,
        PolicyName=action.replace(":", "-"),
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
