"""A person at the product, counted: keys, clicks, characters, and every fact that was typed where it stood already.

Estimated times are the keystroke-level model's: Card, Moran, Newell, "The Keystroke-Level Model for User Performance Time with
Interactive Systems", Communications of the ACM 23(7), 1980, pp. 396–410: K 0.28 s for a key of an average typist (their 40 words
a minute), P 1.1 s to point, H 0.4 s between keyboard and mouse, M 1.35 s to think before a unit of work. A click is counted with
0.2 s for pressing and letting go (K of a button). A Chinese character is no K: 60 a minute, 1.0 s, as docs/trials.md assumes at 03:10.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

KEY, POINT, HOME, THINK, BUTTON, CHARACTER = 0.28, 1.1, 0.4, 1.35, 0.2, 1.0


@dataclass
class Tally:
    """What all the hands of a trial did. `typed`: what was typed, by the field it went into."""

    keys: int = 0
    clicks: int = 0
    choices: int = 0
    homings: int = 0
    thoughts: int = 0
    typed: list[tuple[str, str]] = field(default_factory=list)
    screens: list[tuple[str, float]] = field(default_factory=list)

    @property
    def characters(self) -> int:
        return sum(len(text) for _, text in self.typed)

    @property
    def by_hand(self) -> float:
        """Seconds of the people, by the keystroke-level model; a number or a day is typed by keys, the rest by characters."""
        pointed = self.clicks + 2 * self.choices
        keys = KEY * self.keys + sum(typing(text) for _, text in self.typed)
        return keys + pointed * (POINT + BUTTON) + HOME * self.homings + THINK * self.thoughts

    def twice(self) -> list[str]:
        """Facts typed that stood in what was typed before: names, telephones, places, sums. Days are not: two may fall together."""
        found = []
        for at, (name, text) in enumerate(self.typed):
            if len(text) >= 2 and not re.match(r"\d{4}-\d\d-\d\d", text):
                found += [f"{name}：{text}（{other}）" for other, known in self.typed[:at] if text in known][:1]
        return found


def labelled(field: str) -> re.Pattern[str]:
    """A field's label, with or without the word that it must be filled in."""
    return re.compile(rf"^{re.escape(field)}\s*(必填)?$")


def typing(text: str) -> float:
    """Seconds to type a text: digits and letters by the key, the rest by the character."""
    struck = len(re.sub(r"[^0-9A-Za-z:.T-]", "", text))
    return KEY * struck + CHARACTER * (len(text) - struck)


def on_paper(written: Iterable[str], papers: int) -> float:
    """Seconds of the same by word processor: every text typed where it stands, each paper opened, saved and printed (six clicks)."""
    return sum(typing(text) for text in written) + papers * 6 * (POINT + BUTTON + THINK)


class Hands:
    """One person's hands on one page."""

    def __init__(self, page: Page, tally: Tally):
        self.page, self.tally, self.mouse = page, tally, False

    def _with(self, mouse: bool) -> None:
        self.tally.homings += mouse is not self.mouse
        self.mouse = mouse

    def press(self, *keys: str) -> None:
        self._with(mouse=False)
        self.tally.thoughts += 1
        self.page.wait_for_load_state()  # nobody strikes a key at a page that is not there yet
        for key in keys:
            self.page.keyboard.press(key)
            self.tally.keys += key.count("+") + 1

    def click(self, target: Locator) -> None:
        self._with(mouse=True)
        self.tally.thoughts += 1
        target.click()
        self.tally.clicks += 1

    def link(self, words: str) -> None:
        self.click(self.page.get_by_role("link", name=words).first)

    def button(self, words: str) -> None:
        self.click(self.page.locator("main").get_by_role("button", name=words).first)

    def type(self, field: str, text: str) -> None:
        """Into the field of that label; getting there by mouse."""
        self.click(self.page.locator("main").get_by_label(labelled(field)).first)
        self._with(mouse=False)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        self.tally.typed.append((field, text))

    def day(self, name: str, value: str) -> None:
        """Into a date field; typed as eight digits."""
        self.click(self.page.locator(f"main [name={name}]"))
        self._with(mouse=False)
        self.page.locator(f"main [name={name}]").fill(value)
        self.tally.typed.append((name, value))

    def choose(self, field: str, words: str) -> None:
        """From a list: opened and picked by mouse."""
        self._with(mouse=True)
        self.tally.thoughts += 1
        self.tally.choices += 1
        box = self.page.locator("main").get_by_label(labelled(field)).first
        expect(box).to_be_visible()
        label = next(one for one in box.locator("option").all_inner_texts() if words in one)
        box.select_option(label=label)

    def send(self) -> None:
        """Ctrl Enter, once the form is there."""
        expect(self.page.locator("main .fq-form-acts").first).to_be_visible()
        self.press("Control+Enter")

    def said(self, words: str) -> None:
        """What was done is said at once, in a line that goes away by itself."""
        expect(self.page.locator("#toasts")).to_contain_text(words)

    def find(self, number: str) -> None:
        """By the number in hand: `/`, the number, Enter. It was copied, not typed: the page shows it."""
        self.press("Escape", "/")
        self.page.keyboard.insert_text(number)
        with self.page.expect_navigation(url=re.compile(r"/(disputes|matters)/[0-9a-f-]{36}/")):
            self.press("Enter")
