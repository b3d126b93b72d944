"""Models that arrive: good ones, bad ones, and what is none."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from sandbox.hosting.behaviour import Behaviour
from sandbox.proving.world import archive
from tests.prove.parts import CODE, SMOKE
from tests.prove.soaking.acting import Acting
from tests.prove.soaking.village import hostile

if TYPE_CHECKING:
    from tests.prove.soaking.plan import Happening
    from tests.prove.soaking.village import Village

_WRONG = json.dumps({"content_type": "text/csv", "body": "1,2", "expect": "7.5"}).encode() + b"\n"
_WATCHED = 2 * 3600.0
# Whoever has to approve a step does so in the evening; nobody judges what nobody asks any more.
_ALL_DAY = 24 * 3600.0


class Drops(Acting):
    """Drops versions, each of another number."""

    def __init__(self, village: Village) -> None:
        super().__init__(village)
        self._versions: Counter[str] = Counter()

    def version(self, endpoint: str) -> str:
        """Return a version that was not there before."""
        self._versions[endpoint] += 1
        return str(self._versions[endpoint] + 1)

    def drop(self, endpoint: str, smoke: bytes = SMOKE, behaviour: Behaviour | None = None) -> bool:
        """Drop a version, which behaves in some way."""
        version = self.version(endpoint)
        hosting = self.village.account.hosting
        if behaviour:
            hosting.behave(f"{endpoint}-{version}-*", behaviour)
        content = archive({**CODE, "unlike.txt": f"{endpoint} {version}".encode()})
        self.village.drop(endpoint, version, content, smoke)
        return True

    def good(self, happening: Happening) -> bool:
        """Drop a good version, half of the time under traffic."""
        if happening.roll < 0.5:  # noqa: PLR2004 - half
            self.ask(happening.endpoint, 5.0, _WATCHED)
        return self.drop(happening.endpoint)

    def erring(self, happening: Happening) -> bool:
        """Drop a version that errs once users meet it."""
        self.ask(happening.endpoint, 20.0, _ALL_DAY)
        return self.drop(happening.endpoint, behaviour=Behaviour(error_rate=0.3))

    def wrong(self, happening: Happening) -> bool:
        """Drop a version that answers its golden request wrong."""
        return self.drop(happening.endpoint, _WRONG)

    def dead(self, happening: Happening) -> bool:
        """Drop a version whose container never answers."""
        return self.drop(happening.endpoint, behaviour=Behaviour(loads=False))

    def hostile(self, happening: Happening) -> bool:
        """Drop something that no inspection accepts."""
        self.village.drop(happening.endpoint, self.version(happening.endpoint), hostile())
        return True

    def again(self, happening: Happening) -> bool:
        """Drop the bytes that serve once more."""
        live = (self.village.book.endpoints.get(happening.endpoint) or {}).get("live")
        if not live or not live["drop"]["key"].startswith("models/"):
            return False
        got = self.village.sandbox.client("s3").get_object(
            Bucket=live["drop"]["bucket"], Key=live["drop"]["key"]
        )
        self.village.put(live["drop"]["key"], got["Body"].read())
        return True

    def row(self, happening: Happening) -> bool:
        """Drop three versions, the next before the one before is released."""
        for _ in range(3):
            self.drop(happening.endpoint)
            self.village.sandbox.advance(1)
        return True

    def misplaced(self, happening: Happening) -> bool:
        """Drop where nobody looks for a version."""
        self.village.put(f"models/{happening.endpoint}/a/b/model.tar.gz", b"deep")
        return True
