"""EventBridge Scheduler's API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.events.schedules.scheduler import Scheduler
    from sandbox.gateway import Call

_OPERATIONS = {
    "CreateSchedule": "create",
    "UpdateSchedule": "update",
    "GetSchedule": "get",
    "DeleteSchedule": "delete",
    "ListSchedules": "list",
    "CreateScheduleGroup": "create_group",
    "GetScheduleGroup": "get_group",
    "DeleteScheduleGroup": "delete_group",
    "ListScheduleGroups": "list_groups",
    "TagResource": "tag",
    "UntagResource": "untag",
    "ListTagsForResource": "list_tags",
}


def serve(account: Account, scheduler: Scheduler) -> None:
    """Answer all operations."""
    api = _Api(account, scheduler)
    for operation, name in _OPERATIONS.items():
        account.gateway.serve("scheduler", operation, getattr(api, name))


class _Api:
    def __init__(self, account: Account, scheduler: Scheduler) -> None:
        self._kernel = account.kernel
        self._scheduler = scheduler

    def create(self, call: Call) -> dict[str, Any]:
        return {"ScheduleArn": self._scheduler.create(call.params).arn}

    def update(self, call: Call) -> dict[str, Any]:
        return {"ScheduleArn": self._scheduler.update(call.params).arn}

    def get(self, call: Call) -> dict[str, Any]:
        group, name = call.params.get("GroupName"), call.params["Name"]
        return self._scheduler.groups.schedule(group, name).describe()

    def delete(self, call: Call) -> dict[str, Any]:
        self._scheduler.delete(call.params.get("GroupName"), call.params["Name"])
        return {}

    def list(self, call: Call) -> dict[str, Any]:
        given = call.params
        prefix, state = given.get("NamePrefix") or "", given.get("State")
        found = [
            schedule.summary()
            for schedule in self._scheduler.listed(given.get("GroupName"))
            if schedule.name.startswith(prefix) and state in (None, schedule.settings["State"])
        ]
        return _page("Schedules", found, given)

    def create_group(self, call: Call) -> dict[str, Any]:
        tags = {tag["Key"]: tag["Value"] for tag in call.params.get("Tags") or ()}
        groups = self._scheduler.groups
        group = groups.create(call.params["Name"], tags, self._kernel.now())
        return {"ScheduleGroupArn": group.arn}

    def get_group(self, call: Call) -> dict[str, Any]:
        return self._scheduler.groups.get(call.params["Name"]).describe()

    def delete_group(self, call: Call) -> dict[str, Any]:
        self._scheduler.delete_group(call.params["Name"])
        return {}

    def list_groups(self, call: Call) -> dict[str, Any]:
        prefix = call.params.get("NamePrefix") or ""
        groups = self._scheduler.groups.listed(prefix)
        return _page("ScheduleGroups", [group.describe() for group in groups], call.params)

    def tag(self, call: Call) -> dict[str, Any]:
        group = self._scheduler.groups.by_arn(call.params["ResourceArn"])
        group.tags.update({tag["Key"]: tag["Value"] for tag in call.params["Tags"]})
        return {}

    def untag(self, call: Call) -> dict[str, Any]:
        group = self._scheduler.groups.by_arn(call.params["ResourceArn"])
        for key in call.params["TagKeys"]:
            group.tags.pop(key, None)
        return {}

    def list_tags(self, call: Call) -> dict[str, Any]:
        tags = self._scheduler.groups.by_arn(call.params["ResourceArn"]).tags
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def _page(name: str, found: list[dict[str, Any]], given: dict[str, Any]) -> dict[str, Any]:
    start, size = int(given.get("NextToken") or 0), given.get("MaxResults") or 100
    page: dict[str, Any] = {name: found[start : start + size]}
    return {**page, "NextToken": str(start + size)} if start + size < len(found) else page
