"""A model server as it runs inside a SageMaker image; started in that image's environment.

It runs with the packages of the image alone, so nothing here may import the sandbox. The names of
its modules start with `container_`, for the user's own modules share the path with them.
"""

import argparse
import importlib
import os
import sys
import threading
import traceback
from pathlib import Path

import container_http  # type: ignore[import-not-found]  # on the path there


def main() -> None:
    """Load the model, then serve it; a model that does not load ends the process."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    options = _parse()
    script = os.environ.get("SAGEMAKER_PROGRAM")
    for folder in (options.packages, os.environ.get("SAGEMAKER_SUBMIT_DIRECTORY")):
        if folder:
            sys.path.insert(0, str(folder))
    try:
        backend = importlib.import_module(f"container_{options.framework}")
        handler = backend.load(options.model, script.removesuffix(".py") if script else None)
    except BaseException:
        traceback.print_exc()
        raise SystemExit(1) from None
    container_http.serve(handler, options.port_file)


def _end_with_parent() -> None:
    # The parent holds the other end of the pipe as long as it lives, however it ends. Not by
    # sys.stdin: a thread within its lock makes Python abort at the end of a failed start.
    while os.read(0, 1):
        pass
    os._exit(0)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--framework", choices=["sklearn", "xgboost"], required=True)
    parser.add_argument("--model", type=Path, required=True, help="where the artifact is unpacked")
    parser.add_argument("--port-file", type=Path, required=True, help="receives the port")
    parser.add_argument("--packages", type=Path, help="what the code's requirements.txt brought")
    return parser.parse_args()


if __name__ == "__main__":
    main()
