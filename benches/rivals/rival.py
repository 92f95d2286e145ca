"""Converts bodies with one of the rivals from PyPI: rival.py NAME BODIES.json OUTPUTS.json

Prints the seconds that it takes (the best of some rounds for each few bodies, as ours is timed) and how many bodies it gave up on; what it made of each body goes to OUTPUTS.json.
"""

import json
import logging
import sys
import time
import warnings

ROUNDS = 2
BATCH = 30


def converter(name):
    if name == "markdownify":
        from markdownify import markdownify

        return markdownify
    if name == "html2text":
        from html2text import html2text

        return html2text
    if name == "cfxmark":
        import cfxmark

        return lambda body: cfxmark.to_md(body).markdown
    if name == "mcp-atlassian":
        from mcp_atlassian.preprocessing.confluence import ConfluencePreprocessor

        preprocessor = ConfluencePreprocessor(base_url="https://example.atlassian.net")
        return lambda body: preprocessor.process_html_content(body, space_key="IT")[1]
    sys.exit(f"there is no rival {name}")


def main():
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    name, bodies, outputs = sys.argv[1:]
    convert = converter(name)
    with open(bodies, encoding="utf-8") as file:
        bodies = json.load(file)
    seconds, made = 0.0, []
    for first in range(0, len(bodies), BATCH):
        best = float("inf")
        for _ in range(ROUNDS):
            outputs_of_batch, start = [], time.perf_counter()
            for body in bodies[first : first + BATCH]:
                try:
                    outputs_of_batch.append(convert(body))
                except Exception:
                    outputs_of_batch.append(None)
            best = min(best, time.perf_counter() - start)
        seconds += best
        made += outputs_of_batch
    with open(outputs, "w", encoding="utf-8") as file:
        json.dump(made, file)
    print(json.dumps({"seconds": seconds, "errors": made.count(None)}))


main()
