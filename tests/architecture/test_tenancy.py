"""A forgotten filter cannot leak: the spellings that could are listed here or forbidden."""

import ast
import importlib
import pkgutil
import tokenize
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from django import forms
from django.apps import apps

from clients.models import BarringClass, Licence
from clients.scoping import ScopedManager, ScopeLevel, TenantModel
from tests.architecture.sources import APPS, PROJECT, ROOT, name_of, sources

UNSCOPED = {
    "clients/access.py": "the line of who is logged in",
    "clients/services/portal_logins.py": "a line already found within a scope",
    "clients/services/clients.py": "a row compared with its own stored self",
    "clients/services/job_lease.py": "the platform's own task; the job it holds",
    "clients/services/job_upkeep.py": "the platform's own task",
    "clients/services/jobs.py": "a job just made, or already found within a scope",
    "clients/services/installation.py": "whether the database holds anything at all",
    "clients/services/subscribers.py": "a row compared with its own stored self",
    "keys/admin.py": "the operator's own list",
    "keys/impact.py": "of an owner already found within a scope",
    "keys/overview.py": "of the operator alone, whose keys every level inherits",
    "keys/queries.py": "of a client already found within a scope",
    "keys/services/layouts.py": "of an owner already found within a scope",
    "phones/imports/known.py": "a number is unique on the whole platform",
    "phones/queries.py": "counts of clients already found within a scope",
    "phones/management/commands/adopt.py": "the whole installation, after a restoration",
    "phones/management/commands/sip_accounts.py": "the operator's own tool",
    "phones/services/expiry.py": "the platform's own task",
    "phones/services/registration.py": "a MAC is unique on the whole platform",
    "phones/services/release.py": "the operator's own list; the platform's own task",
    "phones/services/restoration.py": "the whole installation, after a restoration",
    "phones/services/window.py": "a phone already found within a scope",
    "provisioning/assembly/directory.py": "the colleagues of a line already decided upon",
    "provisioning/demo.py": "demo data",
    "provisioning/demo_scale/making.py": "demo data",
    "provisioning/journal.py": "the platform's own journal",
    "provisioning/marks.py": "the platform's own journal",
    "provisioning/lookup.py": "a phone has no login",
    "provisioning/management/commands/demo.py": "demo data",
    "provisioning/metrics.py": "counts of the whole installation",
    "provisioning/management/commands/fetch_as.py": "the operator's own tool",
    "provisioning/published.py": "a phone has no login",
    "provisioning/served.py": "a phone has no login",
    "provisioning/services/claim.py": "a phone has no login",
    "provisioning/services/publishing.py": "the platform's own task",
}
REASON = "# unscoped: "
OPERATORS_TABLES = {BarringClass, Licence}
DEFAULT_MANAGER = {"get_object_or_404", "get_list_or_404", "_default_manager", "_base_manager"}


def statements_with_unscoped(path: Path) -> Iterator[tuple[int, str]]:
    """First line and comments of each logical line that says `.unscoped`."""
    with tokenize.open(path) as file:
        line: list[tokenize.TokenInfo] = []
        for token in tokenize.generate_tokens(file.readline):
            line.append(token)
            if token.type != tokenize.NEWLINE:
                continue
            words = [part.string for part in line]
            if any(pair == (".", "unscoped") for pair in pairwise(words)):
                comments = "".join(part.string for part in line if part.type == tokenize.COMMENT)
                yield line[0].start[0], comments
            line = []


def test_unscoped_is_written_only_where_it_is_listed() -> None:
    using = {
        name_of(path) for path in sources(*APPS, PROJECT) if any(statements_with_unscoped(path))
    }

    assert using == set(UNSCOPED)


def test_each_unscoped_says_why_in_its_own_statement() -> None:
    silent = [
        f"{name_of(path)}:{line}"
        for path in sources(*APPS, PROJECT)
        for line, comments in statements_with_unscoped(path)
        if len(comments.partition(REASON)[2]) < len("of the demo")
    ]

    assert silent == []


def view_files() -> list[Path]:
    return [
        path
        for path in sources(*APPS)
        if "views" in path.parts or path.name in ("views.py", "access.py")
    ]


def test_views_never_use_the_default_manager() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in view_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name | ast.Attribute)
        and (node.id if isinstance(node, ast.Name) else node.attr) in DEFAULT_MANAGER
    ]

    assert found == []


def test_views_never_name_a_model_for_a_generic_view() -> None:
    found = [
        f"{name_of(path)}:{statement.lineno}"
        for path in view_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name) and target.id in ("model", "queryset")
    ]

    assert found == []


def form_classes() -> list[type[forms.BaseForm]]:
    """Every form of the pages; the admin's are the operator's, who sees everything."""
    for app in APPS:
        package = ROOT / app / "forms"
        for module in pkgutil.iter_modules([str(package)]) if package.is_dir() else ():
            importlib.import_module(f"{app}.forms.{module.name}")
    ours = tuple(f"{app}.forms" for app in APPS)
    return [form for form in _descendants(forms.BaseForm) if form.__module__.startswith(ours)]


def _descendants(parent: type) -> Iterator[type]:
    for child in parent.__subclasses__():
        yield child
        yield from _descendants(child)


def test_there_are_forms_to_look_at() -> None:
    names = {form.__name__ for form in form_classes()}

    assert names >= {
        "BulkForm",
        "RegisterForm",
        "RegisterManyForm",
        "ImportForm",
        "ChangePhoneForm",
        "WindowForm",
    }


def test_no_page_has_a_form_made_from_a_model() -> None:
    assert [form.__name__ for form in form_classes() if issubclass(form, forms.BaseModelForm)] == []


def test_forms_offer_only_rows_of_the_operators_tables() -> None:
    offered = {
        field.queryset.model
        for form in form_classes()
        for field in form.base_fields.values()
        if isinstance(field, forms.ModelChoiceField)
    }

    assert offered <= OPERATORS_TABLES


def test_forms_never_make_a_choice_of_rows_on_the_way() -> None:
    # A field made in __init__ escapes the test above.
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in sources(*APPS)
        if "forms" in path.parts
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Attribute | ast.Name)
        and (call.id if isinstance(call, ast.Name) else call.attr).startswith("Model")
        and (call.id if isinstance(call, ast.Name) else call.attr).endswith("ChoiceField")
    ]

    assert found == []


def tenant_models() -> list[type[TenantModel]]:
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


@pytest.mark.parametrize("model", tenant_models(), ids=lambda model: model.__name__)
def test_a_tenants_model_states_its_path_and_keeps_its_managers(model: type[TenantModel]) -> None:
    # A level that is not said sees none of these rows.
    assert {"reseller"} <= set(model.scope_paths) <= {level.value for level in ScopeLevel}
    assert model._default_manager.name == "unscoped"
    assert isinstance(model.objects, ScopedManager)


def test_whatever_leads_to_a_reseller_is_a_tenants_model() -> None:
    # Looked at by the operator only, or found through a phone or a profile that was found within a
    # scope.
    others = {
        "User",
        "AuditEvent",
        "Fetch",
        "PublishedDocument",
        "ServedDocument",
        "Key",
    }
    ours = [model for app in APPS for model in apps.get_app_config(app).get_models()]

    leading = {
        model.__name__
        for model in ours
        if not issubclass(model, TenantModel)
        and any(
            field.related_model is not None and issubclass(field.related_model, TenantModel)
            for field in model._meta.get_fields()
            if field.concrete
        )
    }

    assert leading == others
