"""The models that the steps use, loaded once and kept warm."""

from functools import cached_property, lru_cache

from models.taxonomy import Taxonomy, load_taxonomy
from pipeline.embed import Embedder, make_embedder
from pipeline.tag import Tagger, make_tagger
from settings import Settings


class Toolbox:
    """Models for one installation. Nothing is loaded before a step asks for it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._taggers: dict[str, Tagger] = {}

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model that the settings name."""
        return make_embedder(self.settings.embedding_model, threads=self.settings.embedding_threads)

    def tagger(self, taxonomy: str) -> Tagger:
        """The tagger for a taxonomy, by its key."""
        if taxonomy not in self._taggers:
            self._taggers[taxonomy] = make_tagger(find_taxonomy(taxonomy), self.embedder)
        return self._taggers[taxonomy]


@lru_cache(maxsize=8)
def find_taxonomy(key: str) -> Taxonomy:
    """A taxonomy of the product, read once."""
    return load_taxonomy(key)
