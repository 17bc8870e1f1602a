"""The table of actions: nothing twice, every icon there, every key with its words."""

from collections import Counter

import pytest

from app.kit.actions import ACTIONS, DRAW, WINDOW, keys_of
from app.look.assets import asset


def test_every_action_has_a_name_of_its_own():
    assert len({info.id for info in ACTIONS}) == len(ACTIONS)


@pytest.mark.parametrize("scope", [DRAW])
def test_no_key_means_two_things_where_it_is_valid(scope):
    keys = Counter(k for a in ACTIONS if a.scope in {WINDOW, scope} for k in a.shortcuts)
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_icon_is_there():
    names = {info.icon for info in ACTIONS if info.icon}
    assert [name for name in names if not asset("icons", f"{name}.svg").is_file()] == []


def test_the_list_of_keys_has_a_key_and_words_in_each_line(qapp):
    for scope in (WINDOW, DRAW):
        assert keys_of(scope)
        assert all(key and words for key, words in keys_of(scope))
