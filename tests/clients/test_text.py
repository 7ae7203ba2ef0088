import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from clients.text import validate_plain_text, xml_text_ok


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Accueil",
        "<&\"'>",
        "é è ç œ Ÿ",
        "日本語",
        "☎️ 👩‍💻 🇫🇷",
        "a\u00a0b\u202fc",
        "x" * 200,
        "\U0010fffd",
        "العربية",
        "$|;%",
    ],
)
def test_validate_plain_text_takes_letters_of_any_script_and_emoji(text: str) -> None:
    validate_plain_text(text)

    assert xml_text_ok(text)


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b",
        "a\tb",
        "a\nb",
        "a\rb",
        "a\x0bb",
        "a\x1bb",
        "a\x7fb",
        "a\x85b",
        "a\u2028b",
        "a\u2029b",
        "a\u202eb",
        "a\u2066b",
        "a\ud800b",
        "a\udfffb",
        "a\ufffeb",
        "a\uffffb",
        "a\ufdd0b",
        "a\U0001fffeb",
        "a\U0010ffffb",
    ],
)
def test_validate_plain_text_refuses_and_says_where(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_plain_text(text)

    assert refused.value.code == "control-character"
    assert refused.value.params == {"position": 2, "code": f"U+{ord(text[1]):04X}"}
    assert "U+" in refused.value.messages[0]


@given(st.text(st.characters()))
def test_xml_text_ok_agrees_with_lxml(text: str) -> None:
    try:
        etree.Element("a").text = text
    except (ValueError, UnicodeEncodeError):
        accepted = False
    else:
        accepted = True

    assert xml_text_ok(text) == accepted


@given(st.text(st.characters()))
def test_validate_plain_text_is_stricter_than_xml(text: str) -> None:
    try:
        validate_plain_text(text)
    except ValidationError:
        return
    assert xml_text_ok(text)
