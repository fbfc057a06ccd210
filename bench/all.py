"""Run every measurement and write bench/RESULTS.md: `make bench`, or `python -m bench.all --quick`."""

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "RESULTS.md"
PACKAGES = ("streamlit", "pandas", "spacy", "sentence-transformers", "torch", "bertopic", "deduce", "scikit-learn")


def main() -> int:
    """Run the scripts one after the other; a script that fails is written down as failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller data, for daily use")
    parser.add_argument("names", nargs="*", help="only these, such as deidentify tags")
    options = parser.parse_args()
    scripts = [path for path in sorted(FOLDER.glob("*.py")) if path.stem not in ("__init__", "all")]
    chosen = [path for path in scripts if not options.names or path.stem in options.names]
    sections = [describe_machine(quick=options.quick)]
    failed = 0
    for path in chosen:
        section, ok = run_script(path.stem, quick=options.quick)
        sections.append(section)
        failed += not ok
    RESULTS.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    print(f"{RESULTS.name}: {len(chosen)} measurements, {failed} failed")
    return 1 if failed else 0


def describe_machine(*, quick: bool) -> str:
    """What the numbers were measured on."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    size = "small (`--quick`)" if quick else "full"
    return (
        "# Measurements\n\n"
        f"{date.today()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}; {versions}. Size: {size}.\n\n"
        "Compare numbers inside one run; seconds differ between machines. Made by `make bench`."
    )


def run_script(name: str, *, quick: bool) -> tuple[str, bool]:
    """Run one script; its table, and its last line as keys."""
    started = time.perf_counter()
    command = [sys.executable, "-m", f"bench.{name}", *(["--quick"] if quick else [])]
    done = subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True, check=False)
    seconds = round(time.perf_counter() - started)
    lines = done.stdout.rstrip().splitlines()
    if done.returncode != 0 or not lines:
        reason = (done.stderr.strip().splitlines() or ["no output"])[-1]
        return f"## {name}\n\nFailed after {seconds} s: {reason}", False
    keys = json.loads(lines[-1])
    table = "\n".join(lines[:-1])
    return (
        f"## {name}\n\n`{' '.join(['python', *command[1:]])}`, {seconds} s\n\n```\n{table}\n```\n\n"
        f"```json\n{json.dumps(keys, ensure_ascii=False)}\n```"
    ), True


if __name__ == "__main__":
    sys.exit(main())
