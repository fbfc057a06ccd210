"""The steps on files, for evaluators' scripts: JSON Lines in, results out, nothing stored.

Input: one JSON object a line with "id" and "text", and "language" where it is known. Every fault
is found before any work starts, and an output file appears whole or not at all.
"""

import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from faults import PersonFault
from models.taxonomy import load_taxonomy
from pipeline.cluster import find_themes
from pipeline.deidentify import deidentify_many
from pipeline.embed import make_embedder
from pipeline.language import detect_language
from pipeline.lemmatise import lemmatise
from pipeline.tag import make_tagger

Progress = Callable[[int, int], None]
MAX_FAULTS = 20


class TextFileError(PersonFault):
    """An input file cannot be used. faults: one sentence each, with file and line."""

    def __init__(self, faults: Sequence[str]) -> None:
        shown = list(faults[:MAX_FAULTS])
        if len(faults) > MAX_FAULTS:
            shown.append(f"… en nog {len(faults) - MAX_FAULTS} fouten.")
        super().__init__("\n".join(shown))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class TextRow:
    """One line of an input file."""

    id: str
    text: str
    language: str | None


def read_texts(path: Path) -> list[TextRow]:
    """Read a JSON Lines file. Raises TextFileError naming every faulty line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise TextFileError([f"{path.name}: dit bestand bestaat niet. Kijk of de naam klopt."]) from error
    except (UnicodeDecodeError, IsADirectoryError) as error:
        raise TextFileError([f"{path.name}: dit is geen tekstbestand in UTF-8. Geef een .jsonl-bestand."]) from error
    rows, faults, seen = [], [], set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = _read_line(line)
        if isinstance(row, str):
            faults.append(f"{path.name}, regel {number}: {row}")
        elif row.id in seen:
            faults.append(f'{path.name}, regel {number}: id "{row.id}" komt vaker voor. Geef elk verhaal een eigen id.')
        else:
            seen.add(row.id)
            rows.append(row)
    if faults:
        raise TextFileError(faults)
    return rows


def _read_line(line: str) -> TextRow | str:
    try:
        content = json.loads(line)
    except json.JSONDecodeError:
        return "dit is geen geldige JSON. Zet op elke regel één object tussen { en }."
    if not isinstance(content, dict):
        return "hier hoort een object tussen { en }."
    if not isinstance(content.get("id"), str | int) or content["id"] == "":
        return 'het veld "id" ontbreekt. Geef elk verhaal een eigen id.'
    if not isinstance(content.get("text"), str):
        return 'het veld "text" ontbreekt of is geen tekst.'
    language = content.get("language")
    return TextRow(str(content["id"]), content["text"], language if isinstance(language, str) else None)


def deidentify_file(source: Path, target: Path, *, progress: Progress | None = None) -> dict[str, Any]:
    """Write each text masked, with its spans as offsets into the original text."""
    rows = read_texts(source)
    started = time.perf_counter()
    languages = [row.language or detect_language(row.text) or "nl" for row in rows]
    masked = deidentify_many([row.text for row in rows], languages=languages, progress=progress)
    seconds = time.perf_counter() - started
    write_lines(
        target,
        (
            {
                "id": row.id,
                "text": result.text,
                "spans": [
                    {"start": span.start, "end": span.end, "text": span.text, "type": span.type}
                    for span in result.spans
                ],
            }
            for row, result in zip(rows, masked, strict=True)
        ),
    )
    return {
        "stories": len(rows),
        "spans": sum(len(result.spans) for result in masked),
        "stories_per_second": round(len(rows) / max(seconds, 1e-9), 1),
    }


def tag_file(
    source: Path, target: Path, *, taxonomy: str, model: str, threads: int, progress: Progress | None = None
) -> dict[str, Any]:
    """Write tag proposals for each text, at least the best ten, best first."""
    rows = read_texts(source)
    tagger = make_tagger(load_taxonomy(taxonomy), make_embedder(model, threads=threads))
    started = time.perf_counter()
    proposals = tagger.propose([row.text for row in rows], best=10, progress=progress)
    seconds = time.perf_counter() - started
    write_lines(
        target,
        (
            {
                "id": row.id,
                "tags": [
                    {
                        "code": proposal.code,
                        "score": round(proposal.score, 4),
                        "proposed": proposal.proposed,
                        "because": list(proposal.because),
                    }
                    for proposal in story_proposals
                ],
            }
            for row, story_proposals in zip(rows, proposals, strict=True)
        ),
    )
    return {
        "stories": len(rows),
        "proposed": sum(proposal.proposed for story in proposals for proposal in story),
        "stories_per_second": round(len(rows) / max(seconds, 1e-9), 1),
    }


def embed_file(
    source: Path, target: Path, *, model: str, threads: int, progress: Progress | None = None
) -> dict[str, Any]:
    """Write the vectors of the texts: (n, dimension) float32 rows of length 1, in input order."""
    rows = read_texts(source)
    vectors = make_embedder(model, threads=threads).encode([row.text for row in rows], progress=progress)
    with write_whole(target) as aside, aside.open("wb") as file:
        np.save(file, vectors, allow_pickle=False)
    return {"stories": len(rows), "dimension": int(vectors.shape[1]), "model": model}


def themes_file(
    source: Path,
    target: Path,
    *,
    seed: int,
    model: str,
    threads: int,
    embeddings: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write themes over the texts, and each text's theme (null: none) with its strength.

    embeddings: vectors made before with `embed`, in the same order; without it they are made here.
    """
    rows = read_texts(source)
    seconds: dict[str, float] = {}
    started = time.perf_counter()
    if embeddings is None:
        vectors = make_embedder(model, threads=threads).encode([row.text for row in rows], progress=progress)
    else:
        vectors = read_vectors(embeddings, n_rows=len(rows))
    seconds["embed"] = round(time.perf_counter() - started, 2)
    started = time.perf_counter()
    lemmas = _lemmatise_by_language(rows)
    seconds["lemmatise"] = round(time.perf_counter() - started, 2)
    found = find_themes([row.text for row in rows], vectors, seed=seed, lemmas=lemmas, progress=progress)
    # What was made here, was not made by the clustering: its own zero would hide the time it took.
    seconds = {name: round(value, 2) for name, value in found.seconds.items()} | seconds
    content = {
        "themes": [
            {
                "id": theme.id,
                "label": theme.label,
                "size": theme.size,
                "keywords": list(theme.keywords),
                "examples": [rows[example].id for example in theme.examples],
                "stability": theme.stability,
            }
            for theme in found.themes
        ],
        "stories": [
            {"id": row.id, "theme": theme, "strength": round(float(strength), 4)}
            for row, theme, strength in zip(rows, found.membership, found.strength, strict=True)
        ],
        "run": {"seed": seed, "model": model, "parameters": found.parameters, "seconds": seconds},
    }
    with write_whole(target) as aside:
        aside.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return {
        "stories": len(rows),
        "themes": len(found.themes),
        "without_theme": sum(theme is None for theme in found.membership),
        "seconds": seconds,
    }


def read_vectors(path: Path, *, n_rows: int) -> np.ndarray:
    """Read vectors from a .npy file. Raises TextFileError when they do not fit the texts."""
    try:
        vectors = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise TextFileError([f"{path.name}: dit is geen .npy-bestand met getallen. Maak het met `embed`."]) from error
    if vectors.ndim != 2 or len(vectors) != n_rows:
        raise TextFileError([f"{path.name}: hierin staan {len(vectors)} rijen, maar er zijn {n_rows} verhalen."])
    return vectors.astype(np.float32)


def _lemmatise_by_language(rows: Sequence[TextRow]) -> list[list[str]]:
    languages = [row.language or detect_language(row.text) or "nl" for row in rows]
    lemmas: list[list[str]] = [[] for _ in rows]
    for language in dict.fromkeys(languages):
        places = [place for place, found in enumerate(languages) if found == language]
        for place, found in zip(places, lemmatise([rows[p].text for p in places], language=language), strict=True):
            lemmas[place] = found
    return lemmas


def write_lines(target: Path, objects: Iterable[dict[str, Any]]) -> None:
    """Write JSON Lines, whole or not at all."""
    with write_whole(target) as aside, aside.open("w", encoding="utf-8") as file:
        for content in objects:
            file.write(json.dumps(content, ensure_ascii=False) + "\n")


class write_whole:
    """A path to write to; the file takes its real name only when all went well."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.aside = target.with_name(f".{target.name}.{os.getpid()}")

    def __enter__(self) -> Path:
        if not self.target.parent.is_dir():
            raise TextFileError([f"De map {self.target.parent.name} bestaat niet. Maak die eerst."])
        return self.aside

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            os.replace(self.aside, self.target)
        else:
            self.aside.unlink(missing_ok=True)
