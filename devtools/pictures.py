"""The pictures of the documentation, taken from a running demo, so that they show what there is.

make demo        in one terminal
make pictures    in another
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

from devtools.demo_data.words import PASSWORD

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
ADDRESS = f"http://localhost:{os.environ.get('PORT', '8000')}"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
PICTURES = {"queue": ("decision@example.org", "/referrals/queue/"), "trend": ("leader@example.org", "/grading/trend/")}


def take(browser: Browser, name: str, account: str, path: str) -> Path:
    """Sign in as somebody of the demo and photograph the top of a page."""
    context = browser.new_context(base_url=ADDRESS, viewport={"width": 1280, "height": 860}, locale="en-GB")
    page = context.new_page()
    page.goto(path)
    page.get_by_label("Email").fill(account)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**{path}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture = FOLDER / f"{name}.png"
    page.screenshot(path=picture)
    context.close()
    return picture


def main() -> int:
    """Take every picture; 1 when there is no browser or no demo."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is not installed: make setup", file=sys.stderr)
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            for name, (account, path) in PICTURES.items():
                print(take(browser, name, account, path))
        except Error as error:
            print(f"Is the demo running at {ADDRESS}? {error.message.splitlines()[0]}", file=sys.stderr)
            return 1
        finally:
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
