"""What roles may do: the sandbox refuses a call that the caller's policies do not allow.

Identity policies of roles, with the conditions that Slipway uses. Whoever is no role is the
account's administrator. moto's own enforcement is not used: it knows resources of two services
only, and checks neither conditions nor PassRole.
"""

from sandbox.access.guard import Guard

# The environment variable that names the folder for records of what roles wanted.
RECORD = "SLIPWAY_RECORD_DEMANDS"

__all__ = ["RECORD", "Guard"]
