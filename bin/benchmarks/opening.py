"""Measures opening a page in Chromium, from the request until its script reports it ready."""

import os
import shutil
import statistics

from benchmarks.asking import Asker

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def open_editor(asker: Asker, path: str, times: int) -> "list[list[str]]":
    """Two table rows, with an empty and a warm cache: median and 95th percentile; none without
    Chromium.

    Not with production settings: their cookies need HTTPS, and there is no TLS proxy here.
    """
    chromium = shutil.which("chromium")
    if chromium is None or asker.stack.is_production:
        return []
    from playwright.sync_api import Browser, sync_playwright

    cookies = [{"name": k, "value": v, "url": asker.stack.origin} for k, v in asker.cookies.items()]

    def once(browser: Browser) -> "tuple[float, float]":
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies(cookies)
        page = context.new_page()
        took = []
        for _ in range(2):
            page.goto("about:blank")
            page.goto(asker.stack.origin + path, wait_until="commit")
            page.wait_for_selector("[data-editor][data-ready]")
            took.append(page.evaluate("performance.now()"))
        context.close()
        return took[0], took[1]

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=FLAGS, env={**os.environ, "LANGUAGE": "fr"}
        )
        pairs = [once(browser) for _ in range(times)]
        browser.close()
    names = ["key editor usable, nothing cached", "key editor usable, opened again"]
    return [
        [name, f"{statistics.median(took):.0f}", f"{statistics.quantiles(took, n=20)[-1]:.0f}"]
        for name, took in zip(names, zip(*pairs, strict=True), strict=True)
    ]
