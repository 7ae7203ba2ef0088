"""What a phone turned out to be, beside what was declared for it."""

import pytest

from phones.models import Phone


@pytest.mark.parametrize(
    ("declared", "token", "detected", "effective", "contradicts", "label"),
    [
        ("", "", "", "", False, "-"),
        ("snom-720", "", "", "snom-720", False, "snom 720"),
        ("", "snom715", "snom-715", "snom-715", False, "snom 715 / snom D715"),
        ("snom-d715", "snom715", "snom-715", "snom-d715", False, "snom D715"),
        ("snom-720", "snom725", "snom-d725", "snom-d725", True, "snom D725"),
    ],
)
def test_the_phones_own_word_wins_where_it_tells_models_apart(
    declared: str, token: str, detected: str, effective: str, contradicts: bool, label: str
) -> None:
    phone = Phone(model=declared, detected_token=token, detected_model=detected)

    assert (phone.effective_model, phone.contradicts_declaration, phone.model_label) == (
        effective,
        contradicts,
        label,
    )
