"""What is wrong with the page that is open, in words: axe, the width, the heading, the title."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDTHS = (1280, 320)
AGAIN = "options => axe.run(document, options).then(found => found.violations)"


def faults_of(page: Page) -> list[str]:
    """Every fault of the page, wide and narrow; an empty list is what a test hopes for. The page stays narrow."""
    faults: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if width == WIDTHS[0]:
            violations = AXE.run(page, options=RULES).response["violations"]
        else:
            violations = page.evaluate(AGAIN, RULES)
        found = [f"axe {one['id']} on {one['nodes'][0]['target']}" for one in violations]
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            found.append(f"{overflow} px too wide")
        if page.locator("h1").count() != 1:
            found.append(f"{page.locator('h1').count()} h1 headings")
        if not page.title():
            found.append("no title")
        faults += [f"{page.url} at {width}: {fault}" for fault in found]
    return faults
