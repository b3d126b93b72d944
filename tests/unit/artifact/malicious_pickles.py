"""Pickles that would run code, hide something or exhaust their reader."""

import bz2
import gzip
import lzma
import os
import pickle
import subprocess
import zlib

from slipway.domain.artifact import Reason
from tests.unit.artifact.builders import (
    ATTACK,
    SKLEARN,
    call,
    dtype,
    estimator,
    long_number,
    name,
    number,
    proto,
    text,
    wrapper,
)

NAME, UNSAFE, BROKEN = Reason.PICKLE_NAME, Reason.PICKLE_UNSAFE, Reason.PICKLE_BROKEN
LOGISTIC = ("sklearn.linear_model._logistic", "LogisticRegression")


class Reducing:
    """Pickles as a call of anything."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.answer = (function, arguments)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.answer


def reducing(function: object, *arguments: object, protocol: int = 4) -> bytes:
    return pickle.dumps(Reducing(function, *arguments), protocol)


def parameter(value: bytes) -> bytes:
    """Something smuggled in as a parameter of an estimator."""
    transformer = ("sklearn.preprocessing._function_transformer", "FunctionTransformer")
    return proto(estimator(text("func"), value, cls=transformer))


def frame(body: bytes, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return b"\x95" + size.to_bytes(8, "little") + body


def array_of_eight(raw: bytes = b"\0" * 8) -> bytes:
    return wrapper(b"(K\x01t") + raw


OBJECTS = dtype("O8", "|", flags=63)
FIELDS = b"}(" + text("x") + b"(" + OBJECTS + b"K\x00tu"
HOLDS_OBJECTS = (
    call("numpy", "dtype", text("V8"), b"\x89", b"\x88")
    + b"(K\x03"
    + text("|")
    + b"N("
    + text("x")
    + b"t"
    + FIELDS
    + b"K\x08K\x01K\x10tb"
)
LATE = (
    call("numpy", "dtype", text("V8"), b"\x89", b"\x88")
    + b"(K\x03"
    + text("|")
    + b"N("
    + text("x")
    + b"t}q\x07("
    + text("x")
    + b"("
    + dtype("f8")
    + b"K\x00tuK\x08K\x01K\x10tb0h\x07"
    + text("x")
    + b"("
    + OBJECTS
    + b"K\x00ts"
)


def run_by_old_joblib(version: str) -> bytes:
    """An array whose last bytes are instructions for a joblib that knows no padding."""
    run = b"cos\nsystem\nh\x07R0N0"
    # Sixteen bytes of padding and their number: an old joblib is as far behind in what it reads.
    raw = b"\x10" + b"\xff" * 16 + b"\0" * (32 - len(run)) + run
    array = wrapper(b"(K\x20t", dtype("u1", "|"), aligned=True) + raw
    argument = b"(" + text("id") + b"tq\x07"
    entries = (text("a"), argument, text("b"), array, text("_sklearn_version"), text(version))
    return proto(estimator(*entries))


MEMMAP = name("numpy", "memmap")
VECTORIZER = ("sklearn.feature_extraction.text", "CountVectorizer")


def transformer(function: bytes, *entries: bytes) -> bytes:
    """A step of a pipeline that calls a function with each request."""
    cls = ("sklearn.preprocessing._function_transformer", "FunctionTransformer")
    return estimator(text("func"), function, *entries, cls=cls)


def opening(mode: str, *more: bytes) -> bytes:
    """Turn a request into a path, and open it: to write what later steps put in, or to show it."""
    arguments = (
        b"}(" + text("mode") + text(mode) + text("dtype") + text("u1") + b"".join(more) + b"u"
    )
    steps = (
        transformer(name("builtins", "bytes")),
        transformer(MEMMAP, text("kw_args"), arguments),
    )
    return proto(
        estimator(
            text("steps"), b"](" + b"".join(steps) + b"e", cls=("sklearn.pipeline", "Pipeline")
        )
    )


def reading(vectorizer: str, way: str) -> bytes:
    return proto(estimator(text("input"), text(way), cls=(VECTORIZER[0], vectorizer)))


ATTACKS = {
    # what a model would call with each request
    "a file written by requests": (opening("w+", text("shape"), b"(K\x40t"), UNSAFE),
    "a file read by requests": (opening("r"), UNSAFE),
    "a file changed by requests": (opening("r+", text("offset"), b"K\x08"), UNSAFE),
    "a kind of array as parameter": (parameter(MEMMAP), UNSAFE),
    "a kind of array in a partial": (parameter(call("functools", "partial", MEMMAP)), UNSAFE),
    "a kind of array in arguments": (
        proto(
            transformer(name("numpy", "mean"), text("kw_args"), b"}" + text("a") + MEMMAP + b"s")
        ),
        UNSAFE,
    ),
    "a kind of array as if of a wrapper": (
        proto(
            transformer(
                name("numpy", "mean"), text("kw_args"), b"}" + text("subclass") + MEMMAP + b"s"
            )
        ),
        UNSAFE,
    ),
    "a kind of array put in afterwards": (
        proto(
            transformer(name("numpy", "mean"), text("kw_args"), b"}q\x09")
            + b"h\x09"
            + text("subclass")
            + MEMMAP
            + b"s0"
        ),
        UNSAFE,
    ),
    "a kind of array behind a tuple": (
        proto(
            b"}q\x09\x85q\x0a0h\x09" + text("subclass") + MEMMAP + b"s0" + parameter(b"h\x0a")[2:-1]
        ),
        UNSAFE,
    ),
    "a kind of array and nothing else": (proto(MEMMAP), UNSAFE),
    "a vectorizer of file names": (reading("CountVectorizer", "filename"), UNSAFE),
    "a vectorizer of files": (reading("TfidfVectorizer", "file"), UNSAFE),
    "a vectorizer of hashes of files": (reading("HashingVectorizer", "filename"), UNSAFE),
    "a vectorizer of who knows what": (
        proto(estimator(text("input"), text("content" * 60), cls=VECTORIZER)),
        UNSAFE,
    ),
    # calls
    "os.system": (reducing(os.system, "id"), NAME),
    "os.system in the oldest protocol": (reducing(os.system, "id", protocol=0), NAME),
    "os.system in protocol 2": (reducing(os.system, "id", protocol=2), NAME),
    "eval": (reducing(eval, "1"), NAME),
    "exec": (reducing(exec, "1"), NAME),
    "getattr": (reducing(getattr, 1, "real"), NAME),
    "import": (reducing(__import__, "os"), NAME),
    "popen": (reducing(subprocess.Popen, "id"), NAME),
    "open": (reducing(open, "/etc/passwd"), NAME),
    "attrgetter": (proto(call("operator", "attrgetter", text("x"))), NAME),
    "a loader of pickles": (proto(call("joblib", "load", text("x"))), NAME),
    "numpy.load": (proto(call("numpy", "load", text("x"))), NAME),
    "numpy's runner of text": (proto(call("numpy.testing._private.utils", "runstring")), NAME),
    "renamed from Python 2": (proto(call("__builtin__", "eval", text("1")), 2), NAME),
    "a new object of what is no model": (proto(name("subprocess", "Popen") + b")\x81"), NAME),
    "through a module of an estimator": (
        proto(name("sklearn.svm._classes", "np.lib.npyio.os.system"), 4),
        NAME,
    ),
    "an attribute of an estimator": (
        proto(name(LOGISTIC[0], "LogisticRegression.fit.__globals__"), 4),
        NAME,
    ),
    "old vendored joblib": (
        proto(name("sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper")),
        NAME,
    ),
    "instance by lines": (proto(b"(" + text("id") + b"iposix\nsystem\n"), UNSAFE),
    "instance by stack": (proto(b"(" + name(*LOGISTIC) + text("id") + b"o"), UNSAFE),
    "an estimator called": (proto(call(*LOGISTIC)), UNSAFE),
    "an estimator with arguments": (proto(name(*LOGISTIC) + b"(K\x01t\x81"), UNSAFE),
    "named arguments": (proto(name(*LOGISTIC) + b")}\x92"), UNSAFE),
    "calling an object": (proto(estimator() + b")R"), UNSAFE),
    # names from elsewhere
    "extension registry": (proto(b"\x82\x01"), UNSAFE),
    "extension registry, 2 bytes": (proto(b"\x83\x01\x00"), UNSAFE),
    "extension registry, 4 bytes": (proto(b"\x84\x01\0\0\0"), UNSAFE),
    "persistent id": (proto(b"Pid\n"), UNSAFE),
    "persistent id from the stack": (proto(text("id") + b"Q"), UNSAFE),
    "outer buffer": (proto(b"\x97", 5), UNSAFE),
    "read-only outer buffer": (proto(b"\x97\x98", 5), UNSAFE),
    "name from parts": (proto(text("os") + text("system") + b"\x93", 4), NAME),
    "name that is a number": (proto(text("os") + b"K\x01\x93", 4), BROKEN),
    "name too long to keep": (proto(text("os") + text("s" * 5000) + b"\x93", 4), NAME),
    # smuggled values
    "function as parameter": (parameter(name("os", "system")), NAME),
    "partial as parameter": (parameter(reducing(os.system)[2:-1]), NAME),
    "partial of a class": (parameter(call("functools", "partial", name(*LOGISTIC))), UNSAFE),
    "partial that changes": (
        parameter(
            call("functools", "partial", name("sklearn.utils.validation", "check_array"))
            + b"("
            + name(*LOGISTIC)
            + b")}Ntb"
        ),
        UNSAFE,
    ),
    "constructor as parameter": (parameter(name("numpy.core.multiarray", "_reconstruct")), UNSAFE),
    "constructor in a list": (parameter(b"](" + name("copyreg", "_reconstructor") + b"e"), UNSAFE),
    "constructor in a tuple": (
        parameter(b"(" + name("copyreg", "_reconstructor") + b"K\x01t"),
        UNSAFE,
    ),
    "special method in the state": (proto(estimator(text("__setstate__"), b"N")), UNSAFE),
    "version that is a message": (
        proto(estimator(text("_sklearn_version"), text("1.2\x1b[2J"))),
        UNSAFE,
    ),
    "state for a class": (proto(name(*LOGISTIC) + b"N}\x86b"), UNSAFE),
    "state for a number": (proto(b"K\x01}b"), UNSAFE),
    "state that is a list": (proto(name(*LOGISTIC) + b")\x81]b"), UNSAFE),
    # constructors misused
    "reconstruct anything": (
        proto(call("numpy.core.multiarray", "_reconstruct", name(*LOGISTIC), b"K\0\x85", b"C\1b")),
        UNSAFE,
    ),
    "reconstruct a huge array": (
        proto(
            call(
                "numpy.core.multiarray",
                "_reconstruct",
                name("numpy", "ndarray"),
                long_number(1 << 45) + b"\x85",
                b"C\1b",
            )
        ),
        UNSAFE,
    ),
    "random state by a function": (
        proto(
            call(
                "numpy.random._pickle",
                "__randomstate_ctor",
                text("id"),
                name("numpy", "mean"),
            )
        ),
        UNSAFE,
    ),
    "bit generator of anything": (
        proto(call("numpy.random._pickle", "__bit_generator_ctor", name(*LOGISTIC))),
        UNSAFE,
    ),
    "scalar of pointers": (
        proto(call("numpy.core.multiarray", "scalar", OBJECTS, b"C\x08" + b"A" * 8)),
        UNSAFE,
    ),
    "ufunc of anything": (
        proto(call("numpy.core", "_ufunc_reconstruct", text("os"), text("system"))),
        UNSAFE,
    ),
    "reconstructor of a type": (
        proto(call("copyreg", "_reconstructor", name(*LOGISTIC), name("builtins", "int"), b"K\1")),
        UNSAFE,
    ),
    "restored class of another module": (
        proto(call("sklearn.neighbors._kd_tree", "newObj", name(*LOGISTIC))),
        UNSAFE,
    ),
    "tree of huge size": (
        proto(call("sklearn.tree._tree", "Tree", long_number(1 << 50), b"N", b"K\1")),
        UNSAFE,
    ),
    # arrays
    "dtype of two sizes": (proto(dtype("V8", "|", size=800, flags=0)), UNSAFE),
    "dtype that hides objects": (proto(dtype("O8", "|", flags=0)), UNSAFE),
    "dtype that invents objects": (proto(dtype("f8", flags=63)), UNSAFE),
    "dtype with object fields": (proto(HOLDS_OBJECTS), UNSAFE),
    "dtype whose fields change": (proto(LATE), UNSAFE),
    "dtype of no known kind": (proto(call("numpy", "dtype", text("e"), b"\x89", b"\x88")), UNSAFE),
    "dtype of no size": (proto(call("numpy", "dtype", text("S0"), b"\x89", b"\x88")), UNSAFE),
    "array of negative shape": (proto(wrapper(b"(" + number(-1) + b"t")), UNSAFE),
    "array of overflowing shape": (
        proto(wrapper(b"(" + long_number(1 << 40) + long_number(1 << 40) + b"t")),
        UNSAFE,
    ),
    "array of no shape": (proto(wrapper(b"]")), UNSAFE),
    "array longer than the file": (proto(wrapper(b"(J\0\0\0\x10t")), BROKEN),
    "array inside a frame": (proto(frame(array_of_eight() + b"."), 4)[:-1], UNSAFE),
    "array built twice": (
        proto(
            name("joblib.numpy_pickle", "NumpyArrayWrapper")
            + b")\x81q\x05"
            + wrapper(b"(K\x01t").partition(b"\x81")[2]
            + b"\0" * 8
            + b"0h\x05"
            + wrapper(b"(K\x01t").partition(b"\x81")[2]
        ),
        UNSAFE,
    ),
    "objects inside an array": (proto(wrapper(b"(K\x01t", OBJECTS) + proto(ATTACK, 2)), NAME),
    "array inside objects": (
        proto(wrapper(b"(K\x01t", OBJECTS) + proto(array_of_eight(), 2)),
        UNSAFE,
    ),
    "instructions behind an array": (proto(array_of_eight() + b"0" + ATTACK), NAME),
    # structure
    "a second pickle": (SKLEARN + proto(ATTACK), UNSAFE),
    "a byte behind the end": (SKLEARN + b"\0", UNSAFE),
    "protocol changed on the way": (b"\x80\x04\x80\x02N.", UNSAFE),
    "protocol of the future": (b"\x80\x05"[:1] + b"\x09N.", BROKEN),
    "frame crossed": (b"\x80\x04" + frame(b"C\x05", 2) + b"hello.", BROKEN),
    "frame in a frame": (b"\x80\x04" + frame(frame(b"N.")), BROKEN),
    "frame beyond the end": (b"\x80\x04" + frame(b"N.", 1 << 40), BROKEN),
    "nothing left": (proto(b""), BROKEN),
    "too much left": (proto(b"NN"), BROKEN),
    "open group left": (proto(b"N("), BROKEN),
    "unknown instruction": (proto(b"\xff"), BROKEN),
    "memo never filled": (proto(b"h\x09"), BROKEN),
    "text of Python 2": (proto(b"S'x'\n"), BROKEN),
    "no pickle at all": (b"hello", BROKEN),
    "half a pickle": (SKLEARN[:-10], BROKEN),
    "empty": (b"", Reason.EMPTY),
    # exhaustion
    "memo bomb": (proto(b"Nr\xff\xff\xff\x7f"), UNSAFE),
    "long integer": (proto(b"\x8b\xff\xff\xff\x0f"), UNSAFE),
    "long decimal": (proto(b"I" + b"9" * 100_000 + b"\n"), BROKEN),
    "endless line": (proto(b"c" + b"a" * 100_000), BROKEN),
    "nested groups": (proto(b"(" * 100_000), Reason.PICKLE_LIMIT),
    "tuples without end": (proto(b")" + b"\x85" * 1000), UNSAFE),
    "keys that take ages to hash": (
        proto(b"})" + b"q\x01h\x01\x86" * 40 + b"Ns"),
        UNSAFE,
    ),
    "unhashable key": (proto(b"}]Ns"), BROKEN),
    # compression
    "lz4": (b"\x04\x22\x4d\x18" + b"\0" * 50, Reason.COMPRESSION),
    "joblib of old": (b"ZF0x10" + b"\0" * 50, Reason.COMPRESSION),
    "half of zlib": (zlib.compress(SKLEARN)[:-8], Reason.COMPRESSION),
    "damaged xz": (lzma.compress(SKLEARN)[:20] + b"\xff" * 40, Reason.COMPRESSION),
    "attack in gzip": (gzip.compress(proto(ATTACK)), NAME),
    "attack in bz2": (bz2.compress(proto(ATTACK)), NAME),
    "attack in xz": (lzma.compress(proto(ATTACK)), NAME),
    "attack in lzma": (lzma.compress(proto(ATTACK), lzma.FORMAT_ALONE), NAME),
    "second stream": (zlib.compress(SKLEARN) + zlib.compress(SKLEARN), Reason.TRAILING_DATA),
    "bomb in zlib": (zlib.compress(b"\x80\x03C\x00" + b"0" * (70 << 20)), BROKEN),
    "bomb in a bomb": (
        zlib.compress(b"\x80\x04\x8e" + (90 << 20).to_bytes(8, "little") + b"\0" * (90 << 20)),
        Reason.RATIO_BOMB,
    ),
}
