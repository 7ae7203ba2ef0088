from collections.abc import Callable

from django.http import HttpResponse

from phones.models import Phone


def test_phone_inside_its_window_is_served(blue_phone: Phone, fetch: Callable[..., HttpResponse]) -> None:
    response = fetch(blue_phone.mac)

    assert response.status_code == 200
    blue_phone.refresh_from_db()
    assert blue_phone.detected_model == "snom-710"
    assert blue_phone.authenticated_at is not None
