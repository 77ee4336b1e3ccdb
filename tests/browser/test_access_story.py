"""Who may see what, as three people live it: a colleague is let in, a guardian takes back a yes, the colleague's open
browser loses the plan at the next click, and the guardian reads who can see it and who has been there.

Row-level security is in force throughout: the site answers in threads where nothing is lifted.
"""

import pytest
from playwright.sync_api import Browser

from tests.browser.test_consent_pages import entered
from tests.database import Site
from tests.world import World

pytestmark = pytest.mark.browser


def test_a_colleague_is_let_in_and_loses_the_plan_at_the_next_click(site: Site, chromium: Browser) -> None:
    world = World.build().to("called")
    inga, dag, sara = (entered(world, who, site, chromium) for who in (world.inga, world.dag, world.sara))
    plan, family = f"/planer/{world.plan.pk}/", f"/familj/{world.plan.pk}/"

    dag.go(plan)
    dag.sees("Sidan finns inte här")
    inga.go(f"{plan}medarbetare/")
    inga.choose("Dag Utanför")
    inga.press("Utse de valda")
    inga.sees("Dag Utanför är med i planen från och med nu.")
    dag.go(plan)
    dag.sees("Alva Lind")

    sara.go(f"{family}vem-kan-se/")
    sara.sees("Dag Utanför", "Inga Mottagare", "Nadja Öhman", "Familjen")
    sara.go(f"{family}samtycke/")
    sara.press("Ta tillbaka ditt ja BUP Ystad")
    sara.press("Ja, ta tillbaka")
    dag.press("Hela historiken")
    dag.sees("Sidan finns inte här")
    dag.go("/planer/")
    assert "Alva" not in dag.page.content()

    sara.go(f"{family}vem-kan-se/")
    assert "Dag Utanför" not in sara.page.content()
    sara.go(f"{family}vem-har-last/")
    sara.sees("Dag Utanför", "Försökte öppna, men fick inte.")
    said = [problem for visitor in (inga, dag, sara) for problem in visitor.problems]
    assert not [problem for problem in said if "status of 404" not in problem]
