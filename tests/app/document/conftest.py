"""A document with LeNet-5."""

import pytest

from app.document import StackDocument


@pytest.fixture
def document(qapp):
    return StackDocument()
