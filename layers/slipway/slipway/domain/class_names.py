"""Which names may stand in `artifact.allow_classes`: classes of models, and nothing that acts.

An allowed class is made without a call, but a model may keep it and call it with each request.
"""

from __future__ import annotations

import sys

# The Python that looks has them no more; containers with Python 3.7 to 3.12 still do.
_ONCE_PYTHONS_OWN = frozenset(
    "_bootlocale _bootsubprocess _dummy_thread aifc asynchat asyncore audioop binhex cgi cgitb "
    "chunk crypt distutils dummy_threading imghdr imp lib2to3 macpath mailcap msilib nis nntplib "
    "ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib uu xdrlib".split()
)
# Those that implement others are among them: `posix`, `_io`.
_PYTHONS_OWN = frozenset({*sys.stdlib_module_names, *sys.builtin_module_names, *_ONCE_PYTHONS_OWN})
# Of the standard library, modules that hold plain data; the others open, run or import things.
_PLAIN_MODULES = frozenset(
    "array collections dataclasses datetime decimal enum fractions ipaddress numbers pathlib "
    "string uuid zoneinfo".split()
)
# Packages that load or run code, and those whose functions open files.
_RUNNERS = frozenset("IPython cloudpickle dill pip pkg_resources setuptools".split())
_WITH_FUNCTIONS = frozenset("joblib numpy pandas scipy sklearn torch xgboost".split())


def why_no_class(name: str) -> str | None:
    """Say why a dotted name is refused; None for what may be a class of a model."""
    package, *inner, last = name.split(".") if "." in name else (name, "")
    function = not last.lstrip("_")[:1].isupper()
    # A name leads on through what a module imports, as `pathlib.os.system` does.
    plain = package in _PLAIN_MODULES and not inner
    through = function and not _PYTHONS_OWN.isdisjoint(inner)
    if (package in _PYTHONS_OWN and not plain) or through:
        return f"`{name}` belongs to Python itself and can act on files or processes"
    if package in _RUNNERS:
        return f"`{name}` belongs to a package that runs code"
    if package in _WITH_FUNCTIONS and function:
        return f"`{name}` is a function or a type of {package} and no class of a model"
    return None
