"""One person with one browser. Every page that the person comes to is held against axe, the console and the margins."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Download, Locator, Page, Response, expect

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
PHONE, NARROW, DESK = 360, 320, 1280  # CSS pixels
HEIGHT = 900
PATIENCE = 20_000  # ms
SERVER_ERROR = 500
# What axe tells of a page, short enough to be read in a test's failure.
RUN = """async (rules) => {
    const found = await axe.run(document, {resultTypes: ["violations"], ...rules});
    const told = node => `${node.html.slice(0, 160)} ${node.any.map(check => check.message).join(" ")}`;
    return found.violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(told).join(" | ")}`);
}"""
# Colours that have just changed are only there when the page has been painted anew.
PAINTED = "() => new Promise(painted => requestAnimationFrame(() => requestAnimationFrame(painted)))"
MOST_STOPS = 80  # with the Tab key, on one page
FOCUSED_NAME = """() => {
    const focused = document.activeElement;
    return ((focused.labels?.[0] ?? focused).textContent ?? "").replace(/\\s+/g, " ").trim();
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


ALL_RULES: dict[str, Any] = {}
# What another width and other colours can break; the rest of the page is the same.
LOOKS: dict[str, Any] = {
    "runOnly": ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
}


@cache
def axe() -> str:
    """The checker's source."""
    return AXE.read_text(encoding="utf-8")


@dataclass
class Visitor:
    """Somebody's phone. `problems` gathers what was wrong with any page; `looked_at` counts the pages."""

    page: Page
    url: str
    has_scripts: bool = True
    problems: list[str] = field(default_factory=list)
    looked_at: int = 0

    @classmethod
    def open(cls, browser: Browser, url: str, *, has_scripts: bool = True, locale: str = "sv-SE") -> "Visitor":
        """A fresh browser without a past, whose owner reads the language of `locale`."""
        context = browser.new_context(
            viewport={"width": PHONE, "height": HEIGHT},
            color_scheme="light",
            reduced_motion="reduce",
            locale=locale,
            timezone_id="Europe/Stockholm",
            java_script_enabled=has_scripts,
        )
        context.set_default_timeout(PATIENCE)
        visitor = cls(context.new_page(), url, has_scripts)
        visitor.page.on("console", visitor._heard)
        visitor.page.on("pageerror", lambda error: visitor.problems.append(f"script: {error}"))
        visitor.page.on("response", visitor._answered)
        return visitor

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console at {self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= SERVER_ERROR:
            self.problems.append(f"{response.status} from {response.url}")

    # Getting about

    def log_in(self, email: str, password: str) -> None:
        """From the first page, with e-mail and password."""
        self.go("/")
        self.press("Logga in")
        self.write("E-post", email)
        self.write("Lösenord", password)
        self.press("Logga in")

    def enter(self, client: Client) -> None:
        """As whoever has logged in with that client, for what does not begin with a log-in."""
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.url}])

    def go(self, path: str) -> None:
        """Open an address, as from a bookmark or a mail."""
        self.page.goto(self.url + path)
        self._look()

    def press(self, name: str, *, within: Locator | None = None) -> None:
        """Press the button or link of that name, and look at the page that comes."""
        self.pressable(name, within).click()
        self.page.wait_for_load_state()
        self._look()

    def pressable(self, name: str, within: Locator | None = None) -> Locator:
        """The button or link whose name begins so."""
        place: Any = within or self.page.locator("body")
        return place.get_by_role("button", name=name).or_(place.get_by_role("link", name=name)).first

    def fetch(self, name: str) -> Download:
        """Press a link that hands out a file."""
        with self.page.expect_download() as handed_out:
            self.pressable(name).click()
        return handed_out.value

    # Filling in

    def write(self, label: str, text: str, *, within: Locator | None = None) -> None:
        """Write in the field of that label."""
        self.field(label, within).fill(text)

    def choose(self, label: str, *, within: Locator | None = None) -> None:
        """Tick a box, or take a choice."""
        self.field(label, within).check()

    def field(self, label: str, within: Locator | None = None) -> Locator:
        """The field with just that label, else the first whose label holds it."""
        place: Any = within or self.page
        exact: Locator = place.get_by_label(label, exact=True)
        return (exact if exact.count() else place.get_by_label(label)).first

    def group(self, name: str) -> Locator:
        """The group of fields with that name."""
        return self.page.get_by_role("group").filter(has=self.page.locator("legend", has_text=name)).last

    def unfold(self, name: str, *, within: Locator | None = None) -> Locator:
        """Open what is folded under that name, and give it."""
        place: Any = within or self.page
        folded = place.locator("details").filter(has=self.page.locator("summary", has_text=name)).first
        if folded.get_attribute("open") is None:
            folded.locator("summary").click()
        return folded

    def reach(self, name: str) -> None:
        """Go to what has that name with the Tab key alone; what has focus can be seen to have it."""
        for _stop in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(FOCUSED_NAME) == name:
                ring = self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert ring != "none", f"no focus ring on {name}"
                return
        raise AssertionError(f"the Tab key does not come to {name!r}")

    # Looking

    def sees(self, *texts: str) -> None:
        """Each text stands on the page."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)

    def _look(self) -> None:
        """Hold the page against axe as a phone by daylight and as a desk by night, and against 320 px."""
        self.looked_at += 1
        if not self.has_scripts:
            return
        self.page.evaluate(axe())
        self._check("light", ALL_RULES)
        self.page.set_viewport_size({"width": DESK, "height": HEIGHT})
        self._check("dark", LOOKS)
        self.page.set_viewport_size({"width": NARROW, "height": HEIGHT})
        self._margins(NARROW)
        self.page.set_viewport_size({"width": PHONE, "height": HEIGHT})
        self.page.emulate_media(color_scheme="light")

    def _check(self, scheme: Literal["light", "dark"], rules: dict[str, Any]) -> None:
        self.page.emulate_media(color_scheme=scheme)
        self.page.evaluate(PAINTED)
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        where = f"{self.page.url} {width} {scheme}"
        self.problems += [f"axe at {where}: {found}" for found in self.page.evaluate(RUN, rules)]
        self._margins(width)

    def _margins(self, width: int) -> None:
        over = self.page.evaluate(OVERFLOW)
        if over > 0:
            self.problems.append(f"{self.page.url} at {width} px scrolls sideways by {over} px")
