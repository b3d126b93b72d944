"""The front door of the sandbox's AWS: every call passes here, whoever makes it.

In order: which operation and who calls, injected faults, the rules of botocore's service models,
what the caller's policies allow, then the sandbox's own implementation or moto's; and the record
of it.
"""

from sandbox.gateway._moto import spare_work
from sandbox.gateway.calls import ADMIN, AwsError, Call, CallRecord, LostReply, Principal
from sandbox.gateway.entries import WITH_ENTRIES
from sandbox.gateway.faults import Fault, Faults
from sandbox.gateway.gateway import Gateway, Reply

__all__ = [
    "ADMIN",
    "WITH_ENTRIES",
    "AwsError",
    "Call",
    "CallRecord",
    "Fault",
    "Faults",
    "Gateway",
    "LostReply",
    "Principal",
    "Reply",
    "spare_work",
]
