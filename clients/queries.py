"""Read-only queries about clients and their lines."""

from django.db.models import Case, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Greatest, Length

from clients.enums import JobState
from clients.models import BarringClass, Client, Job, Reseller, Subscriber
from clients.numbers import complete_number, national
from clients.pasted import plain_spelling
from clients.scoping import Scope
from clients.search import at_moment, fold, matching, with_figures, words_of

OFFERED = 200
MOST_NAMESAKES = 50  # candidates compared with a name


def clients_seen_by(scope: Scope, text: str = "") -> QuerySet[Client]:
    """The clients of a scope, searched by any field, creation date and, for the operator,
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
    """The lines of a client already found within a scope, with the relations that a list shows."""
    rows = client.subscribers.select_related("site", "licence", "barring")
    return rows.filter(_shown_of_line(client, text)) if text else rows


def _shown_of_line(client: Client, text: str) -> Q:
    """Match every word on the line, in its restriction, or in another number that it presents.

    The presented number is not in the line's search text, which also finds its phones: a whole
    company may present the same number.
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
    """The lines among these whose search text contains every word."""
    return lines.filter(matching(text)) if text else lines


def jobs_of(scope: Scope, text: str = "") -> QuerySet[Job]:
    """The jobs of a scope, the newest first, searched by summary, actor and client."""
    rows: QuerySet[Job] = Job.objects.within(scope).select_related("client")
    for word in words_of(text):
        rows = rows.filter(matching(word) | matching(word, "client__search_text"))
    return rows


def with_progress(rows: QuerySet[Job]) -> QuerySet[Job]:
    """Annotate jobs with their sort keys: `stage`, from waiting to failed, and `share`, the part
    done.
    """
    stages = [When(state=state, then=Value(at)) for at, state in enumerate(JobState)]
    done = Cast(F("ok_count") + F("skipped_count") + F("bad_count"), FloatField())
    return rows.annotate(
        stage=Case(*stages, output_field=IntegerField()),
        share=done / Greatest(F("total"), Value(1)),
    )


def offered_lines(client: Client) -> list[Subscriber]:
    """The lines that a field suggests; none if there are too many: the user then types a number."""
    rows = list(client.subscribers.select_related("site")[: OFFERED + 1])
    return rows if len(rows) <= OFFERED else []


def lines_called(client: Client, text: str) -> list[Subscriber]:
    """The lines with this number, else extension, else name, ignoring case and accents. Several if
    people share the name.
    """
    lines = client.subscribers.select_related("site")
    if number := complete_number(text):
        return list(lines.filter(number=number))
    if found := list(lines.filter(extension=plain_spelling(text))):
        return found
    wanted = fold(text).split()
    if not words_of(text) or not any(char.isalpha() for char in text):
        return []  # digits are no name; a lone accent folds to "", which every line contains
    # The shortest names first: of many that contain the text, equal ones come first.
    likely = lines.filter(matching(text)).order_by(Length("name"), "pk")[:MOST_NAMESAKES]
    return [line for line in likely if fold(line.name).split() == wanted]
