"""The page in a browser: first useful paint after the server is up, and 50 moves of a slider until the map is painted.

Run by hand, the page built: python benchmarks/page.py [moves]. A move counts from the input event to the frame after
the map has the colours of the moved lever (the page's own `blocs.map` timing); every position is new, so nothing
comes from a cache. Chromium draws without a graphics card here, as in CI.
"""

from __future__ import annotations

import os
import statistics
import sys
import time

from playwright.sync_api import sync_playwright
from serving import serve

CHROMIUM = os.environ.get("BLOCS_CHROMIUM", "/usr/bin/chromium")
CASES = {
    "one year, a duty on everybody": "Blank",
    "six years with an embargo, the first visit's": "Default",
}
MOVES = """async ([title, from, to, moves]) => {
  const input = [...document.querySelectorAll('.levers input[type=range]')]
    .find((one) => one.closest('.slider').textContent.includes(title));
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  input.step = 'any';
  const out = [];
  for (let n = 1; n <= moves; n += 1) {
    const began = performance.now();
    set.call(input, String(from + ((to - from) * n) / moves));
    input.dispatchEvent(new Event('input', {bubbles: true}));
    for (;;) {
      await new Promise((done) => setTimeout(done, 4));
      const seen = performance.getEntriesByName('blocs.map')[0];
      if (seen && seen.startTime >= began - 1) {
        const asked = performance.getEntriesByType('resource').filter((one) => one.name.includes('detail=map')).at(-1);
        out.push([seen.duration, asked.responseEnd - asked.startTime]);
        performance.clearResourceTimings();
        break;
      }
      if (performance.now() - began > 20000) throw new Error('no map after 20 s');
    }
  }
  return out;
}"""


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> None:
    moves = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    began = time.perf_counter()
    server, address = serve()
    try:
        say(f"server up after {time.perf_counter() - began:.2f} s")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            began = time.perf_counter()
            page.goto(address[0])
            page.wait_for_selector("svg.map > path")
            page.wait_for_selector(".result:not(.waiting)", timeout=120_000)
            say(
                f"first useful paint (map and result in words) {time.perf_counter() - began:.2f} s after that"
            )
            for name, button in CASES.items():
                measure(page, name, button, moves)
            browser.close()
    finally:
        server.terminate()
        server.wait(20)


def measure(page, name: str, button: str, moves: int) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_timeout(8000)
    found = page.evaluate(MOVES, ["US duty on everybody", 0.01, 0.2, moves])
    for what, column in (
        ("slider to painted map", [a for a, _ in found]),
        ("of it the server", [b for _, b in found]),
        ("of it the browser", [a - b for a, b in found]),
    ):
        column.sort()
        say(
            f"{name}, {what}: median {statistics.median(column):.0f} ms, "
            f"p95 {column[round(0.95 * (len(column) - 1))]:.0f} ms, worst {column[-1]:.0f} ms"
        )


if __name__ == "__main__":
    main()
