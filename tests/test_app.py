"""The one entry: both ways of starting it serve the form, the sign-in and the middleware."""

from pathlib import Path

from streamlit.web.server.app_discovery import discover_asgi_app

APP = Path(__file__).parent.parent / "app.py"


def test_streamlit_run_finds_the_application_and_so_its_sign_in() -> None:
    # Without this `streamlit run app.py` serves bare Streamlit: no form, no middleware, no sign-in.
    found = discover_asgi_app(APP)
    assert found.is_asgi_app
    assert found.import_string == "app:app"
