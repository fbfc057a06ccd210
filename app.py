"""The application: form, sign-in and pages in one process.

`streamlit run app.py` and `uvicorn app:app` both serve it.
"""

import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from faults import PersonFault
from intake.desk import Desk, make_desk
from intake.middleware import make_middleware
from intake.preview import Preview
from intake.routes import make_routes
from safeguards.installation import open_installation
from settings import read_settings

FRAME = Path(__file__).parent / "pages" / "frame.py"


def open_desk() -> Desk:
    """Open the installation; what a person has to mend is one sentence and exit status 2."""
    try:
        return make_desk(open_installation(read_settings()), Preview())
    except PersonFault as error:
        print(error, file=sys.stderr)
        sys.exit(2)


desk = open_desk()
routes = make_routes(desk)


@asynccontextmanager
async def live(app: st.App) -> AsyncIterator[dict[str, Any]]:
    """What happens between the start and the end of the web process."""
    # A line with an address and a second for every page would say who told when.
    logging.getLogger("uvicorn.access").disabled = True
    desk.preview.warm()
    # What is loaded by now stays; without this every collection walks over all of it again.
    gc.collect()
    gc.freeze()
    yield {}
    desk.installation.database.engine.dispose()


# Written out here, not made by a function: `streamlit run` reads this file without running it, and
# only serves routes and middleware (so: the sign-in) when it finds `app = st.App(…)`.
app = st.App(FRAME, routes=routes, middleware=make_middleware(desk, routes), lifespan=live)
