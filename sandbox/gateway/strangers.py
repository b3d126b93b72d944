"""Who is turned away at the door: whatever a page that is open in somebody's browser may send.

Listening on the loopback address keeps other machines out, not other sites: a browser on this
machine sends what any page tells it to. It says so, though, in `Origin` and `Sec-Fetch-Site`; and
where a name of a site's own was pointed at this machine, `Host` has that name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.gateway import wire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.core.request import Request

# Names under these belong to this machine, or to AWS as whose host the sandbox answers: nobody can
# point them anywhere.
_LOCAL = ("127.0.0.1", "localhost")
_NOBODYS = (".localhost", ".amazonaws.com", ".on.aws")
_ANOTHER_SITE = frozenset({"cross-site", "same-site"})
# Of forms that somebody signed for others to fill in.
_FORM_KEYS = ("x-amz-credential", "awsaccesskeyid")


def refusal(request: Request) -> str:
    """Say why a request is turned away; empty if it is not."""
    host = request.host.rsplit(":", 1)[0].lower()
    if host not in _LOCAL and not host.endswith(_NOBODYS):
        return f"The sandbox does not answer as {request.host}: ask 127.0.0.1 or localhost."
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() != f"http://{request.host}".lower():
        return f"The sandbox takes no requests of web pages; this one is of {origin}."
    if request.headers.get("Sec-Fetch-Site") in _ANOTHER_SITE:
        return "The sandbox takes no requests of other sites' pages."
    return ""


def is_signed(request: Request) -> bool:
    """Tell whether somebody signed a request, with whatever key, or its address, or its form."""
    if wire.signature_scope(request) is not None:
        return True
    if request.headers.get("Authorization", "").startswith("AWS ") or "Signature" in request.args:
        return True  # Version 2, of old clients.
    if not request.headers.get("Content-Type", "").startswith("multipart/form-data"):
        return False
    request.get_data()  # Kept by the request: parsing a form would use the input up.
    return any(name.lower() in _FORM_KEYS for name in request.form)


def without_sharing(headers: Mapping[str, str]) -> dict[str, str]:
    """Leave out what tells a browser that pages of others may read an answer; moto is generous."""
    return {
        name: value
        for name, value in headers.items()
        if not name.lower().startswith("access-control-")
    }
