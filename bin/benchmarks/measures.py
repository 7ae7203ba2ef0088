"""Measures in rounds: every case once per round, in random order. Noise then affects all cases
alike, and ratios within a round stay valid.
"""

import random
import statistics
import threading
import time
from collections.abc import Sequence

from benchmarks.asking import Asker
from benchmarks.cases import BASELINE, STRANGER, UNKNOWN, WRONG, Case
from benchmarks.stack import Stack

LEAST_ROUNDS = 15
WARM_UP = 4  # rounds: the workers fill their caches; two of them share the connections
CLIENTS = 4

Times = dict[str, list[float]]


def rounds(browser: Asker, phone: Asker, cases: "Sequence[Case]", seconds: float) -> Times:
    """Run all cases in rounds until the time is up."""
    times: Times = {case.name: [] for case in cases}
    until, done = time.monotonic() + seconds, -WARM_UP
    while done < LEAST_ROUNDS or time.monotonic() < until:
        for case in random.sample(cases, len(cases)):
            took = (browser if case.headers is None else phone).timed(case)
            if done >= 0:
                times[case.name].append(took)
        done += 1
    return times


def row(name: str, times: Times) -> "list[str]":
    """A table row: median, 95th percentile, and the ratio to the login page."""
    found = times[name]
    ratios = [mine / base for mine, base in zip(found, times[BASELINE], strict=True)]
    p95 = statistics.quantiles(found, n=20)[-1]
    return [
        name,
        f"{statistics.median(found):.1f}",
        f"{p95:.1f}",
        f"{statistics.median(ratios):.2f}",
    ]


def compare_refusals(stack: Stack, pairs: int) -> "list[list[str]]":
    """Request an unknown and a known MAC in turn: a difference would reveal that a MAC exists."""
    lines = []
    for name, headers in {"without credentials": STRANGER, "with a wrong password": WRONG}.items():
        asker = Asker(stack)
        cases = [
            Case(mac, f"/sip-ps/{mac}.xml", 401, headers)
            for mac in (UNKNOWN, stack.facts["overdue"])
        ]
        times: Times = {case.name: [] for case in cases}
        for turn in range(pairs):
            for case in cases[:: 1 if turn % 2 else -1]:
                times[case.name].append(asker.timed(case) * 1000)
        unknown, known = times.values()
        medians = [statistics.median(unknown), statistics.median(known)]
        difference = statistics.median(b - a for a, b in zip(unknown, known, strict=True))
        figures = [
            f"{medians[0]:.0f}",
            f"{medians[1]:.0f}",
            f"{medians[1] / medians[0]:.3f}",
            f"{difference:+.0f}",
        ]
        lines.append([name, *figures])
    return lines


def rate(stack: Stack, case: Case, seconds: float) -> float:
    """The total number of responses per second for several clients."""
    counts: list[int] = []

    def ask() -> None:
        asker, count = Asker(stack), 0
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            asker.timed(case)
            count += 1
        counts.append(count)

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return sum(counts) / seconds
