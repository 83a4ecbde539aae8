"""The sign-in page on the usual counter screen, with everybody of the demo on it."""

import pytest
from PySide6.QtWidgets import QApplication

from ui.desktop import samples_office
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.sign_in import SignInPage


@pytest.mark.parametrize("scale", [100, 150, 200])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_why_nobody_came_in_is_in_sight_above_the_button(
    window: MainWindow, look: Look, language: str, scale: int
) -> None:
    look.switch(language=language, scale=scale)
    page = SignInPage(look)
    window.add_page("sign_in", page)
    window.show_page("sign_in")
    page.render_state(samples_office.SIGN_IN_CROWD)
    for _ in range(8):
        QApplication.sendPostedEvents()
    assert page.notice.visibleRegion().boundingRect() == page.notice.rect()


def test_language_that_is_on_is_marked_before_and_after_another_one_is_chosen(window: MainWindow, look: Look) -> None:
    page = SignInPage(look)
    page.language_asked.connect(lambda language: look.switch(language=language))
    window.add_page("sign_in", page)
    page.render_state(samples_office.SIGN_IN_CROWD)

    def marked() -> list[str]:
        return [language for language, chip in page._languages.items() if chip.isChecked()]

    assert marked() == ["zh_CN"]
    for language in ("en", "en", "zh_TW"):
        page._languages[language].click()
        assert marked() == [language]
