import pytest

from keys.functions import FUNCTIONS
from keys.layout import default_layout
from phones import catalogue
from phones.catalogue import PhoneModel


@pytest.mark.parametrize("model", catalogue.all(), ids=lambda model: model.code)
def test_default_layout_says_every_key_once(model: PhoneModel) -> None:
    layout = default_layout(model)

    assert [key.index for key in layout] == list(range(model.key_count))
    assert [key.function for key in layout] == ["line"] * 4 + ["none"] * (model.key_count - 4)
    assert {key.function for key in layout} <= set(FUNCTIONS)
    assert len({(key.bank, key.position) for key in layout}) == model.key_count
    assert {(key.value, key.label) for key in layout} == {("", "")}


def test_default_layout_counts_positions_within_a_bank() -> None:
    layout = default_layout(catalogue.get("snom-d765"))

    assert [(key.bank, key.position) for key in (layout[0], layout[3], layout[4], layout[15])] == [
        ("top", 1),
        ("top", 4),
        ("side", 1),
        ("side", 12),
    ]
