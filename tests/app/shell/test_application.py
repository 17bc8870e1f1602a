"""One heap for all threads, where the system knows how."""

import sys

import pytest

from app.shell import application


@pytest.mark.skipif(sys.platform != "linux", reason="a setting of glibc")
def test_a_library_without_the_setting_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    assert application.share_one_heap() is False


def test_other_systems_are_left_as_they_are(monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    assert application.share_one_heap() is False
