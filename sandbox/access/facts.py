"""What must be known of an account to say what a call needs: names, keys, first times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.access.keys import Keys

if TYPE_CHECKING:
    from sandbox.access.policies import Demand

FIRST_USE = "iam:CreateServiceLinkedRole"


class Facts:
    """Facts of one account in one region.

    Attributes
    ----------
    keys
        Which customer keys protect what.
    """

    def __init__(self, account: str, region: str) -> None:
        self.account = account
        self.region = region
        self.keys = Keys(account, region)
        self._linked_roles: set[str] = set()

    def arn(self, service: str, resource: str, *, region: bool = True) -> str:
        """Return an ARN; some services' ARNs name no region."""
        return f"arn:aws:{service}:{self.region if region else ''}:{self.account}:{resource}"

    def has_linked_role(self, arn: str) -> bool:
        """Tell whether a service made its own role in this account already."""
        return arn in self._linked_roles

    def granted(self, demand: Demand) -> None:
        """Remember what a granted demand leaves behind in the account."""
        if demand.action == FIRST_USE:
            self._linked_roles.add(demand.resource)
