"""Which stories other people than the reader may see. Every query that lists stories has this condition."""

from sqlalchemy import ColumnElement, or_, select

from storage.tables.reading import ReadingRow
from storage.tables.stories import StoryRow

WAITING, RELEASED, HELD, ALARM = "waiting", "released", "held", "alarm"


def is_released() -> ColumnElement[bool]:
    """A condition on StoryRow: a reader released the story, or there is no text to read.

    A story without a row in the queue is not released: what nobody looked at, nobody sees.
    """
    read = select(ReadingRow.story_id).where(ReadingRow.story_id == StoryRow.id, ReadingRow.state == RELEASED)
    return or_(StoryRow.has_text.is_(False), read.exists())
