"""Tags of models, endpoint configurations and endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.hosting import refusals

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.gateway import Call
    from sandbox.hosting.store import Store


class Tags:
    """Serves AddTags, ListTags and DeleteTags."""

    def __init__(self, account: Account, store: Store) -> None:
        self._store = store
        account.gateway.serve("sagemaker", "AddTags", self._add)
        account.gateway.serve("sagemaker", "ListTags", self._list)
        account.gateway.serve("sagemaker", "DeleteTags", self._delete)

    def _add(self, call: Call) -> dict[str, Any]:
        arn = self._known(call)
        self._store.tag(arn, call.params["Tags"])
        return {"Tags": self._store.tags_of(arn)}

    def _list(self, call: Call) -> dict[str, Any]:
        return {"Tags": self._store.tags_of(self._known(call))}

    def _delete(self, call: Call) -> dict[str, Any]:
        arn = self._known(call)
        for key in call.params["TagKeys"]:
            self._store.tags.get(arn, {}).pop(key, None)
        return {}

    def _known(self, call: Call) -> str:
        arn: str = call.params["ResourceArn"]
        store = self._store
        for group in (store.models, store.configs, store.endpoints):
            if any(item.arn == arn for item in group.values()):
                return arn
        raise refusals.invalid(f'Could not find resource "{arn}".')
