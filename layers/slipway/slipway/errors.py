"""Every error that a workflow can meet; the class name is what Retry and Catch match."""

from __future__ import annotations


class SlipwayError(Exception):
    """The root of what Slipway itself raises; the message is written for the user."""


# --- worth another try, with the same request ---------------------------------------------------


class ServiceBusy(SlipwayError):
    """An AWS service throttled, failed or did not answer, beyond the client's own retries."""


class LedgerConflict(SlipwayError):
    """Another execution wrote the ledger item first; read it again and decide anew."""


class EndpointBusy(SlipwayError):
    """SageMaker changes the endpoint right now and takes no other change until it is done."""


# --- the drop cannot be released ----------------------------------------------------------------


class KeyRefused(SlipwayError):
    """The object's key has not the form that a model is dropped under."""


class DropGone(SlipwayError):
    """The dropped object version no longer exists."""


class DropUnreadable(SlipwayError):
    """S3 does not let Slipway look at the dropped object: its key or its tags forbid it."""


class SpecGone(SlipwayError):
    """The version of endpoint.yaml that the release is bound to no longer exists."""


class SmokeTestGone(SlipwayError):
    """The version of smoke.jsonl that the release is bound to no longer exists."""


class TextTooLarge(SlipwayError):
    """A file beside the model is larger than such a file may be."""


class ReleaseUnknown(SlipwayError):
    """The ledger has no record of this release."""


# --- SageMaker said no --------------------------------------------------------------------------


class CapacityRefused(SlipwayError):
    """A quota of the account, or AWS's own capacity, does not allow the instances."""


class HostingRefused(SlipwayError):
    """SageMaker refused a model, a configuration or an endpoint."""


class AcceptedChanged(SlipwayError):
    """What would be served is no longer what was inspected."""


class NameTaken(SlipwayError):
    """A model, configuration or endpoint of this name exists and is not what the release wants."""


class PlanOutdated(SlipwayError):
    """The endpoint that was gone when the release was planned serves."""


class EndpointMissing(SlipwayError):
    """The endpoint does not exist, although the release asked for it."""


class EndpointFailed(SlipwayError):
    """The endpoint did not come into service; the message holds SageMaker's reason and the log."""


class EndpointRolledBack(SlipwayError):
    """The new version did not start beside the old one, which serves: SageMaker went back."""


class EndpointTooSlow(SlipwayError):
    """The endpoint did not come into service within the time that a release waits."""


# --- the new version is not good enough ---------------------------------------------------------


class SmokeTestFailed(SlipwayError):
    """An answer of the new version is an error, or not the expected one.

    Parameters
    ----------
    answer : str, optional
        What the model answered, where the words do not hold all of it.
    status : int, optional
        The HTTP status that it answered with; 0 if it is unknown.
    """

    def __init__(self, words: str, *, answer: str = "", status: int = 0) -> None:
        super().__init__(words)
        self.answer = answer or words
        self.status = status


class CanaryRefused(SlipwayError):
    """Golden or replayed requests, before any user's, show that the version is not good enough."""


class CanaryFailed(SlipwayError):
    """An alarm or the judge says that users fare worse with the new version."""


class ReleaseAborted(SlipwayError):
    """A person ended the release."""


class SilentRollback(SlipwayError):
    """SageMaker went back by itself and says InService again: the release has failed."""


# --- the execution may not go on ----------------------------------------------------------------


class LeaseLost(SlipwayError):
    """Another execution may change the endpoint, or the release has ended."""


class KeptAwake(SlipwayError):
    """Something holds the endpoint awake that was not there when it was sent to sleep."""


class RunLost(SlipwayError):
    """Another execution looks at the endpoint's traffic, or this look has come to its end."""


# --- a person asked for something that cannot be done -------------------------------------------


class CommandRefused(SlipwayError):
    """The command does not fit what the release or the endpoint does right now."""


class RollbackRefused(CommandRefused):
    """There is no kept release to go back to, or it serves already."""


# --- what is known about it ---------------------------------------------------------------------


class MeasurementFailed(SlipwayError):
    """CloudWatch does not say how a variant fares, and asking again does not help."""


class FileGone(SlipwayError):
    """A file that was there a moment ago no longer is, or is shorter than it was."""


class BaselineRefused(SlipwayError):
    """What lies beside a model is no baseline that its traffic could be compared with."""


class MaskRefused(SlipwayError):
    """A name that is to be masked is no column, so that what it means would be counted."""


class ReportRefused(SlipwayError):
    """The report of a release could not be stored."""


# --- what watches it ----------------------------------------------------------------------------


class DashboardRefused(SlipwayError):
    """CloudWatch does not accept the dashboard that Slipway wrote."""
