"""Measures documents rendered ahead: how long it takes to mark all of them stale, and to render
them again.
"""

from benchmarks.stack import Stack

# Runs in a separate process, on the data of the stack: the part of a change in its transaction, and
# the worker's part after it.
MEASURE = """
import time
from django.db import connection, transaction
from phones.models import Phone
from provisioning.models import PublishedDocument
from provisioning.services import publishing

publishing.current_app.send_task = lambda name: None  # nobody else begins
line = Phone.unscoped.filter(subscriber__isnull=False, published_digest__gt="").first()
phones = Phone.unscoped.filter(subscriber__isnull=False)
phones.filter(served_digest="").update(served_digest="0" * 64)
PublishedDocument.objects.bulk_create(
    [PublishedDocument(phone_id=pk) for pk in phones.values_list("pk", flat=True)],
    ignore_conflicts=True,
)

def timed(act):
    started = time.perf_counter()
    done = act()
    return time.perf_counter() - started, done

def sweep():
    slices = 1
    while publishing.render_stale():
        slices += 1
    return slices

first, slices = timed(sweep)
count = PublishedDocument.objects.filter(body__gt=b"").count()

def mark(**whose):
    with transaction.atomic():
        return publishing.mark_stale(**whose)

every = sorted(timed(lambda: mark(everything=True))[0] for _ in range(3))[1]
again, _ = timed(sweep)
client = phones.values_list("client_id", flat=True)[0]
one = sorted(timed(lambda: mark(client=client))[0] for _ in range(5))[2]
print("ROWS", count, f"{first:.2f} {every * 1000:.0f} {again:.2f} {one * 1000:.1f}")
"""


def publish_all(stack: Stack) -> "list[list[str]]":
    """Table rows: each step and its duration."""
    said = stack.manage("shell", "--no-imports", "-c", MEASURE)
    count, first, every, again, one = next(
        line for line in said.splitlines() if line.startswith("ROWS ")
    ).split()[1:]
    return [
        [f"all {int(count):,} marked in one transaction", f"{every} ms"],
        ["those of one client marked", f"{one} ms"],
        ["all rendered for the first time", f"{first} s"],
        ["all rendered again, nothing changed", f"{again} s"],
    ]
