"""The runs of a collection as they are shown: what was asked, how far it is, what made it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.runs import DONE, FAILED, RUNNING, WAITING
from storage.tables.processing import RunRow

MOST_SHOWN = 50
STATE_WORDS = {WAITING: "wacht", RUNNING: "bezig", DONE: "klaar", FAILED: "niet gelukt"}
KIND_WORDS = {"process": "verhalen verwerken"}
_VERSION_WORDS = {"steps": "stappen", "packages": "pakket", "embedding_model": "taalmodel"}


@dataclass(frozen=True)
class RunOnScreen:
    """One run in words; error: None unless it failed."""

    number: int
    kind: str
    state: str
    asked: str
    finished: str
    step: str
    progress: str
    seed: str
    made_with: tuple[str, ...]
    error: str | None


def list_runs(session: Session, collection_id: int) -> list[RunOnScreen]:
    """The newest runs first, at most MOST_SHOWN."""
    rows = session.scalars(
        select(RunRow).where(RunRow.collection_id == collection_id).order_by(RunRow.id.desc()).limit(MOST_SHOWN)
    )
    return [_to_screen(row) for row in rows]


def _to_screen(row: RunRow) -> RunOnScreen:
    return RunOnScreen(
        number=row.id,
        kind=KIND_WORDS.get(row.kind, row.kind),
        state=STATE_WORDS.get(row.state, row.state),
        asked=f"{row.requested_at:%d-%m-%Y}",
        finished=f"{row.finished_at:%d-%m-%Y}" if row.finished_at else "",
        step=row.step,
        progress=f"{row.done} van {row.total}" if row.total else "",
        seed=str((row.versions or {}).get("seed", "") if row.seed is None else row.seed),
        made_with=_describe_versions(row.versions or {}),
        error=row.error,
    )


def _describe_versions(versions: dict[str, object]) -> tuple[str, ...]:
    """One line a version: lists and groups of versions are written out."""
    lines = []
    for key, value in versions.items():
        name = _VERSION_WORDS.get(key, key)
        if isinstance(value, dict):
            lines += [f"{name}: {inner} {version}" for inner, version in value.items()]
        elif isinstance(value, list):
            lines.append(f"{name}: {', '.join(str(one) for one in value)}")
        else:
            lines.append(f"{name}: {value}")
    return tuple(lines)
