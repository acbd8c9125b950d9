"""Draw the icons of the installed pages from `static/mark.svg`, in the browser of the tests.

`python -m tools.make_icons`; the results are committed.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).parents[1] / "services" / "intake" / "web" / "static"
COLOUR = "#0a4f86"
# file, size, part of it that the mark takes; launchers cut the edges of a maskable icon off
ICONS = (
    ("192.png", 192, 1.0),
    ("512.png", 512, 1.0),
    ("180.png", 180, 1.0),
    ("maskable.png", 512, 0.95),
)


def main() -> None:
    mark = (STATIC / "mark.svg").read_text("utf-8")
    folder = STATIC / "icons"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium-headless-shell", args=["--no-sandbox"]
        )
        for name, size, part in ICONS:
            is_full = part < 1 or name == "180.png"
            page = browser.new_page(viewport={"width": size, "height": size})
            background = COLOUR if is_full else "transparent"
            page.set_content(
                f"<style>body{{margin:0;background:{background};display:grid;place-items:center;"
                f"height:100vh}}svg{{width:{part:.0%}}}</style>{mark}"
            )
            page.screenshot(path=folder / name, omit_background=not is_full)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
