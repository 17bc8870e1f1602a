"""What every test stands on: no window system, no thread left behind, MNIST where there is one."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything imports Qt

_ROOT = Path(__file__).parent.parent
_GRACE_SECONDS = 5.0

# No example is refused for taking long: what the tests find does not depend on the machine.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    """Fail a test that ends while a thread which it started still runs."""
    before = set(threading.enumerate())
    yield
    left = []
    for thread in set(threading.enumerate()) - before:
        if type(thread).__name__ == "_DummyThread":
            continue  # a QThread that Python has seen once; tests/app looks after those
        thread.join(_GRACE_SECONDS)
        if thread.is_alive():
            left.append(thread.name)
    assert not left, f"threads still running after the test: {', '.join(left)}"


@pytest.fixture(scope="session")
def mnist_directory() -> Path:
    """The folder with the four MNIST files; skips the test where there is none.

    Looked for in ``CNNVIZ_DATA``, in ``data/mnist`` of this checkout, and in a folder ``shared``
    that several checkouts lie beside.
    """
    named = os.environ.get("CNNVIZ_DATA")
    if named:
        return Path(named)
    for folder in (_ROOT / "data" / "mnist", _ROOT.parent / "shared" / "data" / "mnist"):
        if folder.is_dir():
            return folder
    pytest.skip("no MNIST here: set CNNVIZ_DATA to the folder with its four files")
