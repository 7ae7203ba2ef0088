"""Read-only questions about clients and their lines."""

from django.db.models import Case, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Greatest, Length

from clients.enums import JobState
from clients.models import BarringClass, Client, Job, Reseller, Subscriber
from clients.numbers import complete_number, national
from clients.pasted import plain_spelling
from clients.scoping import Scope
from clients.search import at_moment, fold, matching, with_figures, words_of

OFFERED = 200
MOST_NAMESAKES = 50  # of one name, looked at to find who has it


def clients_seen_by(scope: Scope, text: str = "") -> QuerySet[Client]:
    """The clients of a scope, found by any field, by creation date and, for the operator, by
    reseller.
    """
    rows: QuerySet[Client] = Client.objects.within(scope)
    return rows.filter(_shown_of_client(scope, text)) if text else rows


def _shown_of_client(scope: Scope, text: str) -> Q:
    resellers = Reseller.objects.within(scope) if scope.is_operator else []
    names = {reseller.pk: fold(reseller.name) for reseller in resellers}
    found = Q()
    for word in words_of(with_figures(text)):
        found &= (
            matching(word)
            | (at_moment(word, "created_at") or Q(pk=None))
            | Q(reseller__in=[pk for pk, name in names.items() if word in name])
        )
    return found


def subscribers_of(client: Client, text: str = "") -> QuerySet[Subscriber]:
    """The lines of a client already found within a scope, with what a list shows of them."""
    rows = client.subscribers.select_related("site", "licence", "barring")
    return rows.filter(_shown_of_line(client, text)) if text else rows


def _shown_of_line(client: Client, text: str) -> Q:
    """Each word somewhere: on the line, in its restriction, or in the number it presents in place
    of its own.

    Not in the line's own text, by which its phones are found too: a whole company may present one
    number.
    """
    barrings = {row.pk: fold(str(row)) for row in BarringClass.objects.all()}
    others = client.subscribers.exclude(presented_number=F("number")).order_by()
    presented = {
        number: f"{national(number)} {number}"
        for number in others.values_list("presented_number", flat=True).distinct()
    }
    found = Q()
    for word in words_of(text):
        found &= (
            matching(word)
            | Q(barring__in=[pk for pk, name in barrings.items() if word in name])
            | Q(
                presented_number__in=[
                    number for number, shown in presented.items() if word in shown
                ]
            )
        )
    return found


def found_line(lines: QuerySet[Subscriber], text: str) -> QuerySet[Subscriber]:
    """Of these lines those whose folded text holds every word."""
    return lines.filter(matching(text)) if text else lines


def jobs_of(scope: Scope, text: str = "") -> QuerySet[Job]:
    """The jobs of a scope, the newest first, found by what they were for, who asked, and their
    client.
    """
    rows: QuerySet[Job] = Job.objects.within(scope).select_related("client")
    for word in words_of(text):
        rows = rows.filter(matching(word) | matching(word, "client__search_text"))
    return rows


def with_progress(rows: QuerySet[Job]) -> QuerySet[Job]:
    """Jobs with what they are sorted by: `stage`, from waiting to failed, and `share`, how much of
    them is done.
    """
    stages = [When(state=state, then=Value(at)) for at, state in enumerate(JobState)]
    done = Cast(F("ok_count") + F("skipped_count") + F("bad_count"), FloatField())
    return rows.annotate(
        stage=Case(*stages, output_field=IntegerField()),
        share=done / Greatest(F("total"), Value(1)),
    )


def offered_lines(client: Client) -> list[Subscriber]:
    """The lines a field offers to choose from; none of a long list, of which one types the number
    instead.
    """
    rows = list(client.subscribers.select_related("site")[: OFFERED + 1])
    return rows if len(rows) <= OFFERED else []


def lines_called(client: Client, text: str) -> list[Subscriber]:
    """The lines that the whole text names: by number, else by extension, else by name (case and
    accents folded). More than one where several people have that name.
    """
    lines = client.subscribers.select_related("site")
    if number := complete_number(text):
        return list(lines.filter(number=number))
    if found := list(lines.filter(extension=plain_spelling(text))):
        return found
    wanted = fold(text).split()
    if not words_of(text) or not any(char.isalpha() for char in text):
        return []  # digits are no name; a lone accent folds to nothing, which every line contains
    # The shortest names first: of many that contain the text, those that are the text.
    likely = lines.filter(matching(text)).order_by(Length("name"), "pk")[:MOST_NAMESAKES]
    return [line for line in likely if fold(line.name).split() == wanted]
