"""How a page is looked at: axe-core, its width, and a form posted as a person would."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.access.scenes import Scene

AXE = (Path(__file__).parents[1] / "vendor/axe-core-4.14.1/axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
RUN = """async options => (await axe.run(document, options)).violations.map(
    violation => [
        violation.id, violation.nodes.map(node => `${node.target} ${node.failureSummary}`)])"""
POST = """([path, data]) => {
    const form = Object.assign(document.createElement("form"), {method: "post", action: path});
    for (const [name, value] of Object.entries(data)) {
        form.append(Object.assign(document.createElement("textarea"), {name, value}));
    }
    document.body.append(form);
    form.submit();
}"""


def violations(page: Page, *rules: str) -> list[Any]:
    """What axe-core finds wrong: by all its rules for the web and good
    practice, or by these alone.
    """
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    return list(
        page.evaluate(RUN, {"runOnly": only, "resultTypes": ["violations"], "preload": False})
    )


def too_wide(page: Page) -> int:
    """By how many pixels the page can be pushed sideways."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def go(page: Page, scene: Scene) -> int:
    """Bring a scene to the browser; its status."""
    if not scene.post:
        response = page.goto(scene.path)
    else:
        page.goto(scene.post.get("next", scene.path))  # some addresses take no GET
        token = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
        with page.expect_navigation() as moved:
            page.evaluate(POST, [scene.path, scene.post | {"csrfmiddlewaretoken": token}])
        response = moved.value
    assert response is not None
    return response.status


def paint(page: Page, theme: str) -> None:
    """The same page in another theme, without asking for it again."""
    page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
