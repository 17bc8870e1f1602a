"""``engine.loops``, the layers as plain loops, under the name by which notebooks know it."""

from engine.loops import *  # noqa: F403
