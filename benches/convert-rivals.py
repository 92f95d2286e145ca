#!/usr/bin/env python3
"""Compares confluence2md with the converters that people install from PyPI, on the same pages on this machine.

usage: benches/convert-rivals.py

The rivals are installed by name into a virtual environment under target/. Where PyPI is out of reach, or a rival
fails to install, it is left out and the table says so. Our own speed is read from target/bench/convert.json, which
`cargo bench -p document` writes.
"""

import json
import pathlib
import subprocess
import sys
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
PLACE = ROOT / "target" / "rivals"
RIVALS = {
    "markdownify": ("markdownify", "from markdownify import markdownify as convert"),
    "html2text": ("html2text", "from html2text import html2text as convert"),
    "cfxmark": ("cfxmark", "import cfxmark\nconvert = lambda body: cfxmark.to_md(body)"),
}
TIMER = """
import json, sys, time
{importing}
bodies = json.load(open(sys.argv[1]))
best, errors = None, 0
for turn in range(2):
    errors, start = 0, time.perf_counter()
    for body in bodies:
        try:
            convert(body)
        except Exception:
            errors += 1
    took = time.perf_counter() - start
    best = took if best is None else min(best, took)
print(json.dumps([best, errors]))
"""


def main():
    index = CORPUS / "INDEX.json"
    if not index.exists():
        print("skipped: there is no ../shared/corpus beside the repository")
        return
    paths = [entry["path"] for entry in json.loads(index.read_text()) if entry["wellformed"]]
    bodies = [(CORPUS / path).read_text(errors="replace") for path in paths]
    size = sum(len(body.encode()) for body in bodies)
    PLACE.mkdir(parents=True, exist_ok=True)
    bodies_file = PLACE / "bodies.json"
    bodies_file.write_text(json.dumps(bodies))
    python = PLACE / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(PLACE / "venv", with_pip=True)
    ours = None
    bench = ROOT / "target" / "bench" / "convert.json"
    if bench.exists():
        ours = next(m["value"] for m in json.loads(bench.read_text()) if m["measure"] == "storage format")
        print(f"{'document (HTML, Markdown, passages, report)':<46} {ours:8.2f} MB/s")
    for name, (package, importing) in RIVALS.items():
        installed = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package],
            capture_output=True, text=True, timeout=300,
        )
        if installed.returncode:
            print(f"{name:<46} left out: it could not be installed")
            continue
        run = subprocess.run(
            [python, "-c", TIMER.format(importing=importing), bodies_file], capture_output=True, text=True, timeout=600
        )
        if run.returncode:
            print(f"{name:<46} left out: {run.stderr.strip().splitlines()[-1]}")
            continue
        seconds, errors = json.loads(run.stdout)
        rate = size / 1e6 / seconds
        times = f"  we are {ours / rate:6.1f} × as fast" if ours else ""
        print(f"{name:<46} {rate:8.2f} MB/s  {errors} errors{times}")


if __name__ == "__main__":
    sys.exit(main())
