"""Measures the key editor: three full sidecars first, then one key saved repeatedly."""

import json
import re
import statistics
import sys
from typing import Any

from benchmarks.asking import FORM_TOKEN, Asker

DATA = re.compile(rb'<script id="editor-data" type="application/json">(.*?)</script>', re.S)


class Editor:
    """The key editor of one line, with the requests of its script."""

    def __init__(self, browser: Asker, path: str) -> None:
        self.browser, self.path = browser, path
        _, page = browser.ask(path)
        data, token = DATA.search(page), FORM_TOKEN.search(page)
        if data is None or token is None:
            sys.exit("the key editor does not open")
        self.token = token[1].decode()
        state = json.loads(data[1])
        self.revision, self.places = state["revision"], list(state["keys"])

    def save(self, keys: "dict[str, Any]") -> float:
        """Save these keys; returns the duration in milliseconds."""
        body = {"revision": self.revision, "sidecars": 3, "keys": keys}
        status, answer, took = self.browser.post_json(self.path, body, self.token)
        if status != 200:
            sys.exit(f"a key is not saved: {status} {answer.get('message')}")
        self.revision = answer["data"]["revision"]
        return took


def fill(browser: Asker, path: str) -> Editor:
    """Set every key of the phone and of three sidecars."""
    editor = Editor(browser, path)
    editor.save(
        {
            place: {"function": "speed", "value": f"06{at:08}", "label": f"Collègue {at}"}
            for at, place in enumerate(editor.places)
        }
    )
    return editor


def save_again(editor: Editor, times: int) -> "list[str]":
    """A table row: median and 95th percentile of saving one key, which also renders its phone's
    document again.
    """
    took = [
        editor.save({editor.places[-1]: {"function": "speed", "value": f"07{at:08}"}})
        for at in range(times)
    ][3:]
    return [
        "a key saved",
        f"{statistics.median(took):.1f}",
        f"{statistics.quantiles(took, n=20)[-1]:.1f}",
    ]
