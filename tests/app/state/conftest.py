"""A document with LeNet-5."""

import pytest

from app.state.document import StackDocument


@pytest.fixture
def document(qapp):
    return StackDocument()
