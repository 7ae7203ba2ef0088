"""The main job in the embedded mode; and that nothing is served past its window, worker or no
worker.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import story
from tests.journeys.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.once]
NEVER_CAME = "00:04:13:76:5D:6F"  # of the demo: in its window, not seen yet
THE_PHONE = "mac = '000413765D6F'"


def test_the_guides_journey(page: Page, stack: Stack, login: tuple[str, str]) -> None:
    story.tell(page, stack, login)


def test_with_the_worker_stopped_nothing_is_served_past_its_window(
    inside: Page, stack: Stack
) -> None:
    agent = "Mozilla/4.0 (compatible; snom710-SIP 8.7.5.35 1.1.5-IFX-05.01.12)"
    stack.pause_worker()
    stack.let_48_hours_pass(NEVER_CAME)

    answers = [stack.fetch(NEVER_CAME, user_agent=agent).status for _ in range(3)]
    assert (answers, stack.events(NEVER_CAME, "window.expired")) == ([401, 401, 401], 0)
    # The refusals are another story than the end of the window: once written they are forgotten,
    # for this one.
    stack.wait_for(
        lambda: stack.sql(f"SELECT refused_count FROM phones_phone WHERE {THE_PHONE}") == [(3,)]
    )
    stack.sql(
        "UPDATE phones_phone SET refused_at = NULL, refused_since = NULL, refused_count = 0, "
        "refused_reason = ''"
        f" WHERE {THE_PHONE}"
    )
    stack.resume_worker()
    stack.wait_for(lambda: stack.events(NEVER_CAME, "window.expired"), seconds=60)

    story.go_to_account(inside)
    expect(story.row(inside, NEVER_CAME)).to_contain_text("Délai dépassé")
    assert stack.events(NEVER_CAME, "window.expired") == 1


def test_a_refusal_is_told_in_words_and_re_authorising_mends_it(inside: Page, stack: Stack) -> None:
    overdue = "00:04:13:76:AD:93"  # of the demo: its window ended yesterday
    agent = "Mozilla/4.0 (compatible; snom710-SIP 8.7.5.35 1.1.5-IFX-05.01.12)"
    assert stack.fetch(overdue, user_agent=agent).status == 401
    stack.wait_for(
        lambda: stack.sql(
            "SELECT 1 FROM phones_phone WHERE mac = '00041376AD93' AND refused_count > 0"
        )
    )

    story.go_to_phone(inside, overdue)
    refusal = inside.get_by_role("listitem").filter(has_text="Refusé")
    expect(refusal.first).to_contain_text("le délai était dépassé")
    refusal.first.get_by_role("button", name="Ré-autoriser").click()

    expect(inside.get_by_text("Fenêtre ouverte jusqu").first).to_be_visible()
    assert stack.fetch(overdue, user_agent=agent).status == 200
