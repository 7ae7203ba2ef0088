"""A phone's window in full, told once: a planned visit, two addresses, Digest, renewal, first
contact.
"""

import re

from playwright.sync_api import Page, expect

from tests.journeys import story
from tests.journeys.stack import SNOM_710, Answer, Stack

MAC = "00:04:13:0F:0F:0F"
KEY = MAC.replace(":", "")
AGENT = SNOM_710.replace(" 00041374074C", "")
HERE, THERE = "127.0.0.1", "127.0.0.2"
FIRST_CONTACT = """
from clients.models import Client
from clients.services.audit import PLATFORM
from clients.services.clients import update_client

client = Client.unscoped.get(reference="10000")
client.window_policy = "first-contact"
update_client(client, actor=PLATFORM)
"""


def ask(stack: Stack, *options: str, address: str = HERE) -> Answer:
    return stack.curl(MAC, "--interface", address, *options, user_agent=AGENT)


def with_digest(stack: Stack, credentials: tuple[str, str], address: str = HERE) -> Answer:
    return ask(stack, "--digest", "--user", ":".join(credentials), address=address)


def tell(page: Page, stack: Stack, login: tuple[str, str]) -> None:
    """All of it, one phone after the other's end."""
    story.log_in(page, login)
    plan_a_visit(page, stack)
    be_served_at_two_addresses(page, stack)
    credentials = authenticate_with_digest(page, stack)
    renew(page, stack, credentials)
    close_at_first_contact(page, stack)


def plan_a_visit(page: Page, stack: Stack) -> None:
    page.goto("/extranet/clients/10000/telephones/provisionner/?line=0970711111")
    page.get_by_label("@MAC").fill(MAC)
    tomorrow = page.evaluate("new Date(Date.now() + 86400000).toISOString().slice(0, 16)")
    page.get_by_label("À partir du").fill(tomorrow)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Il peut être branché du")).to_be_visible()

    assert ask(stack).status == 401
    stack.wait_for(lambda: refused_for(stack) == "not-yet")
    forget_refusals(stack)
    story.go_to_phone(page, MAC)
    expect(page.locator("#phone-state")).to_contain_text("fenêtre prévue")

    stack.sql(
        f"UPDATE phones_phone SET authorized_from = {stack.earlier('authorized_from')} WHERE mac "
        f"= {stack.mark}",
        KEY,
    )
    assert ask(stack).status == 200


def be_served_at_two_addresses(page: Page, stack: Stack) -> None:
    assert ask(stack, address=THERE).status == 200

    story.go_to_phone(page, MAC)
    told = page.get_by_role("group", name="Servi à deux adresses")
    expect(told).to_contain_text(THERE)
    told.get_by_role("button", name="Vu, le téléphone a été déplacé").click()
    expect(
        page.get_by_text("vous serez prévenu s’il est servi à une autre adresse")
    ).to_be_visible()
    expect(page.get_by_role("group", name="Servi à deux adresses")).to_have_count(0)


def authenticate_with_digest(page: Page, stack: Stack) -> tuple[str, str]:
    """Outside the window curl is refused, answers the challenge and is served."""
    credentials = ask(stack).credentials
    page.get_by_role("button", name="Fermer la fenêtre").click()
    page.get_by_role("dialog").get_by_role("button", name="Fermer la fenêtre").click()
    expect(page.get_by_text("Fenêtre fermée").first).to_be_visible()

    assert [ask(stack).status, with_digest(stack, credentials).status] == [401, 200]
    assert with_digest(stack, (credentials[0], "wrong")).status == 401
    stack.wait_for(lambda: refused_for(stack) == "bad-credentials")

    assert with_digest(stack, credentials).status == 200
    stack.wait_for(lambda: refused_for(stack) == "")
    story.go_to_phone(page, MAC)
    expect(page.locator("#phone-timeline")).to_contain_text("Demande d’authentification")
    return credentials


def renew(page: Page, stack: Stack, old: tuple[str, str]) -> None:
    story.go_to_phone(page, MAC)
    page.get_by_role("button", name="Renouveler les secrets").click()
    page.get_by_role("dialog").get_by_role("button", name="Renouveler les secrets").click()
    expect(page.get_by_text("Secrets renouvelés").first).to_be_visible()
    expect(page.get_by_role("button", name="Renouveler les secrets")).to_have_count(0)

    taken = with_digest(stack, old)
    assert taken.status == 200
    assert taken.credentials[1] != old[1]
    # what it just received may have been lost on the way
    assert with_digest(stack, old).status == 200
    assert [with_digest(stack, taken.credentials).status, with_digest(stack, old).status] == [
        200,
        401,
    ]


def close_at_first_contact(page: Page, stack: Stack) -> None:
    stack.manage("shell", "-v", "0", "-c", FIRST_CONTACT)
    story.go_to_phone(page, MAC)
    page.get_by_role("button", name=re.compile("Ré-autoriser|Autoriser pendant 48")).first.click()
    confirm = page.get_by_role("dialog").get_by_role("button", name=re.compile("utoriser"))
    if confirm.count():
        confirm.click()
    expect(page.get_by_text("Fenêtre ouverte jusqu").first).to_be_visible()

    answers = [ask(stack), ask(stack, address=THERE), ask(stack)]
    assert [answer.status for answer in answers] == [200, 401, 200]
    refused = "SELECT count(*) FROM provisioning_fetch WHERE reason = 'already-fetched'"
    stack.wait_for(lambda: stack.sql(refused) == [(1,)])
    story.go_to_phone(page, MAC)
    expect(page.locator("#phone-timeline")).to_contain_text("sa configuration a déjà été remise")


def refused_for(stack: Stack) -> object:
    return stack.sql(f"SELECT refused_reason FROM phones_phone WHERE mac = {stack.mark}", KEY)[0][0]


def forget_refusals(stack: Stack) -> None:
    """The plan is another story than who came too early."""
    stack.sql(
        "UPDATE phones_phone SET refused_at = NULL, refused_since = NULL, refused_count = 0, "
        "refused_reason = ''"
        f" WHERE mac = {stack.mark}",
        KEY,
    )
