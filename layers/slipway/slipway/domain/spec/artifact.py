"""What a dropped model archive may contain."""

from slipway.domain.spec.section import Listed, Section, setting
from slipway.domain.spec.types import ClassName


class Artifact(Section):
    """Permissions of the archive; everything here widens what is trusted."""

    allow_code: bool = setting(
        False,
        "Whether the archive may bring code (`code/`, `*.py`, `requirements.txt`), which then "
        "runs in the container, and for `hosting.image` files of formats that Slipway does not "
        "look into, which may run there.",
        example=True,
    )
    allow_classes: Listed[tuple[ClassName, ...]] = setting(
        (),
        "Classes that a pickle may name beyond those that Slipway knows to be harmless; functions "
        "and what belongs to Python itself are refused.",
        example=["mypackage.features.Encoder"],
    )
