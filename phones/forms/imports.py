import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from metacentrex.sheets import SheetRefused, read_sheet
from metacentrex.ui.forms import HouseFormHelper
from phones.imports.cells import Options
from phones.imports.headers import Header, find_header

MOST_ROWS = 10_000


class ImportForm(forms.Form):
    """« Importer un fichier »: a table of lines and phones of one client."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # an empty file gets its own message
        widget=forms.FileInput(
            attrs={
                "accept": ".csv,.txt,.tsv,.xlsx,text/csv,"
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
        help_text=_("CSV or XLSX, at most 10,000 rows and 10 MB. The file itself is not kept."),
    )
    update = forms.BooleanField(
        label=_("Update existing lines and phones"),
        required=False,
        help_text=_(
            "Otherwise a row that would change an existing line or phone is refused. An empty cell "
            "changes nothing."
        ),
    )
    moves = forms.BooleanField(
        label=_("Move phones to the line in their row"),
        required=False,
        help_text=_(
            "Otherwise a row whose phone is on another line is refused. A phone in service that "
            "moves is cut off until it fetches its configuration again."
        ),
    )
    special_confirmed = forms.BooleanField(
        label=_("I confirm the extensions that look like special numbers (3xxx, 10xx)"),
        required=False,
    )
    vendor_confirmed = forms.BooleanField(
        label=_("I confirm the addresses that are not snom addresses"), required=False
    )
    form_token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    header: Header

    def __init__(self, *args: Any, client: Client, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if too_large:
            self.fields["file"].error_messages["required"] = _("The file is larger than 10 MB.")
        self.fields["form_token"].initial = uuid.uuid4
        self.helper = HouseFormHelper(
            submit=_("Check the file"),
            icon="eye",
            cancel_url=reverse("extranet:account", args=[client.reference]),
        )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        try:
            self.header = find_header(read_sheet(file.read(), most_rows=MOST_ROWS))
        except SheetRefused as error:
            raise ValidationError(str(error), code="sheet") from None
        return file

    def options(self) -> Options:
        data = self.cleaned_data
        return Options(
            update=data["update"],
            vendor_confirmed=data["vendor_confirmed"],
            special_confirmed=data["special_confirmed"],
            moves=data["moves"],
        )


class ApplyForm(forms.Form):
    """What to do with a checked file: import all of it or nothing, or only the valid rows."""

    what = forms.ChoiceField(choices=[("whole", ""), ("right", "")])
