"""The main job in a real browser: from the first worry to a plan that both guardians have signed, and on to its end.

A coordinator, a school, BUP and two guardians, each on a phone of their own; the second guardian's has no JavaScript.
Every page they come to is held against axe, the console and the margins (visitor.py). The paper that they fetch is
read by poppler, which knows nothing of this program.
"""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download

from agencies.models import User
from common import clock
from sip.documents.words import control_code
from sip.plans.models import Version
from tests.browser.visitor import Visitor
from tests.codes import latest
from tests.database import Site
from tests.world import World

pytestmark = pytest.mark.browser

PASSWORD = "ett långt lösenord som håller"
CHILD, NUMBER = "Tuva Ó Ek", "20140207-2381"
MOTHER, MOTHERS_NUMBER, MOTHERS_MAIL = "Maja Ek", "19900126-2394", "maja@familj.example"
FATHER, FATHERS_NUMBER, FATHERS_MAIL = "Ali Null", "19910120-2399", "ali@familj.example"
WORDS = "Jag vill vara med på gympan utan att någon stirrar."
ENOUGH_PAGES = 70
GOAL = "Tuva är i skolan fyra dagar av fem före jul"


def test_the_main_job(site: Site, chromium: Browser, tmp_path: Path) -> None:
    world = World.build()
    for user in (world.nadja, world.per, world.birgit):
        give_password(user)
    nadja, per, birgit, mother = (Visitor.open(chromium, site.url) for _person in range(4))
    father = Visitor.open(chromium, site.url, has_scripts=False)

    birgit.log_in(str(world.birgit.email), PASSWORD)
    the_school_asks(birgit)
    nadja.log_in(str(world.nadja.email), PASSWORD)
    plan = nadja_takes_it_up(nadja)
    mother.log_in(MOTHERS_MAIL, PASSWORD)
    father.log_in(FATHERS_MAIL, PASSWORD)
    both_consent(mother, father)
    nadja_calls(nadja, plan)
    per.log_in(str(world.per.email), PASSWORD)
    the_called_answer(per, birgit)
    they_meet_and_write(nadja, per, birgit, mother, plan)
    the_family_reads(nadja, mother, plan)
    both_sign(mother, father)
    paper_for_the_school(nadja, plan)
    nadja_establishes(nadja, plan)
    mother.go("/familj/")
    mother.sees("Planen gäller till uppföljningen")
    check_the_plan(mother.fetch("Hämta planen (PDF)"), tmp_path)
    check_the_receipt(mother.fetch("Hämta kvittensen (PDF)"), tmp_path)
    it_is_followed_up_and_closed(nadja, birgit, plan)
    for parent in (mother, father):
        parent.go(f"/familj/{plan}/")
        parent.sees("Planen är avslutad.", "Det här gjorde vi")

    visitors = (nadja, per, birgit, mother, father)
    assert not [problem for visitor in visitors for problem in visitor.problems]
    assert sum(visitor.looked_at for visitor in visitors) > ENOUGH_PAGES


def give_password(user: User) -> None:
    """As the identity provider would: a way in."""
    user.set_password(PASSWORD)
    user.save()


def the_school_asks(birgit: Visitor) -> None:
    """Birgit asks for a SIP for a child that nobody here knows."""
    birgit.press("Önska en SIP")
    birgit.write("Barnets personnummer", NUMBER)
    birgit.press("Fortsätt")
    birgit.write("Barnets namn", CHILD)
    birgit.write("Kommun", "Skurup")
    birgit.write("Skola eller förskola", "Mackleanskolan")
    for heading, name, number, mail in (
        ("Första vårdnadshavaren", MOTHER, MOTHERS_NUMBER, MOTHERS_MAIL),
        ("Andra vårdnadshavaren", FATHER, FATHERS_NUMBER, FATHERS_MAIL),
    ):
        part = birgit.page.get_by_role("region", name=heading)
        birgit.write("Namn", name, within=part)
        birgit.write("Personnummer", number, within=part)
        birgit.write("E-post", mail, within=part)
    birgit.write("När såg ni behovet?", str(clock.today() - timedelta(days=3)))
    birgit.write("Varför behövs en SIP?", "Tuva orkar inte hela skoldagar.")
    birgit.write("Vad är viktigt för barnet?", "Gympan.")
    birgit.press("Skicka önskan")
    birgit.sees("Önskan är skickad.")
    for mail in (MOTHERS_MAIL, FATHERS_MAIL):
        give_password(User.objects.get(email=mail))


def nadja_takes_it_up(nadja: Visitor) -> str:
    """Nadja finds it on Idag and takes it up. Gives the plan's key."""
    nadja.sees("Svara på en önskan om SIP", CHILD)
    nadja.press("Läs och svara")
    nadja.press("Ta emot önskan")
    nadja.sees("förbereder mötet")
    return nadja.page.url.rstrip("/").split("/")[-1]


def both_consent(mother: Visitor, father: Visitor) -> None:
    """The mother names BUP herself; the father sees what she was asked and says yes to the same."""
    mother.sees(f"{CHILD.split()[0]}s plan", "Ditt svar behövs")
    mother.press("Svara ja eller nej")
    mother.write("Sök en verksamhet", "bup")
    mother.press("Sök")
    for parent in (mother, father):
        if parent is father:
            parent.press("Svara ja eller nej")
        for agency in ("BUP Ystad", "Elevhälsan Mackleanskolan", "Socialtjänsten Skurup"):
            parent.choose(agency)
        for kind in ("Skola", "Hälsa", "Familj"):
            parent.choose(kind)
        parent.press("Ja, jag samtycker")
        parent.sees("Ditt ja är sparat.")
    father.sees("Du har sagt ja. Får läsa planen och skriva i den")


def nadja_calls(nadja: Visitor, plan: str) -> None:
    """A question, a time with an end, a place; BUP with its ground and Per by name, the school with Birgit."""
    nadja.go("/idag/")
    nadja.press("Skriv kallelsen")
    day = clock.today() + timedelta(days=10)
    nadja.write("Vad ska mötet svara på?", "Vad ska vi börja med, och vad får vänta?")
    nadja.write("Vad är syftet med mötet?", "Enas om vad som är viktigast för Tuva i höst")
    nadja.write("Dag", str(day))
    nadja.write("Börjar kl.", "14:00")
    nadja.write("Slutar kl.", "15:00")
    nadja.write("Plats", "Mackleanskolan rum 4")
    bup = nadja.group("BUP Ystad")
    nadja.choose("Kallas", within=bup)
    nadja.choose("En remiss är skickad dit", within=bup)
    school = nadja.group("Elevhälsan Mackleanskolan")
    nadja.choose("Bjuds in", within=school)
    for agency, name in ((bup, "Per Lindqvist"), (school, "Birgit Åkesson")):
        nadja.choose(name, within=nadja.unfold("Kalla någon med namn", within=agency))
    nadja.press("Skicka kallelsen")
    nadja.sees("Kallelsen är skickad till BUP Ystad och Elevhälsan Mackleanskolan.")


def the_called_answer(per: Visitor, birgit: Visitor) -> None:
    """Each comes, and says in two lines what is hoped for and what can be done."""
    for visitor in (per, birgit):
        visitor.go("/idag/")
        visitor.press("Svara")
        visitor.choose("Vi kommer")
        visitor.write("Vad förväntar ni er av de andra?", "Att vi inte startar flera saker samtidigt.")
        visitor.write("Vad kan ni bidra med?", "Tid före jul.")
        visitor.press("Skicka svaret")
        visitor.sees("Tack. Samordnaren ser ert svar.")


def they_meet_and_write(nadja: Visitor, per: Visitor, birgit: Visitor, mother: Visitor, plan: str) -> None:
    """The meeting is opened, the child's words first; each writes the own action; who was there; who leads."""
    nadja.go(f"/planer/{plan}/mote/")
    nadja.press("Öppna mötet nu")
    mother.go("/familj/")
    mother.sees("Mötet pågår nu.")
    nadja.press("Skriv barnets egna ord")
    nadja.write("egna ord", WORDS)
    nadja.write("Vad fungerar bra?", "Slöjden och mentorn.")
    nadja.write("Hur är det nu", "Hög frånvaro sedan mars.")
    nadja.press("Spara")
    need = nadja.unfold("Skriv ett behov")
    nadja.write("Vad behöver barnet?", "Orka hela skoldagar", within=need)
    nadja.press("Spara behovet", within=need)
    goal = nadja.unfold("Skriv ett mål")
    nadja.write("Vad ska bli bättre?", GOAL, within=goal)
    nadja.field("Vilket behov hör målet till?", within=goal).select_option(label="Orka hela skoldagar")
    nadja.press("Spara målet", within=goal)
    nadja.sees("Målet står i planen.")
    for visitor, what in ((per, "Bedömning av nedstämdhet"), (birgit, "Anpassat schema och lugn plats")):
        visitor.go(f"/planer/{plan}/insats/ny/")
        write_action(visitor, what)
    nadja.go(f"/planer/{plan}/insats/ny/")
    nadja.choose("Familjen själv")
    write_action(nadja, "Maja och Ali lämnar varannan morgon", contact=MOTHER)
    nadja.go(f"/planer/{plan}/mote/")
    nadja.choose("Hela mötet", within=nadja.group(CHILD))
    nadja.choose("Kunde inte komma", within=nadja.group(FATHER))
    nadja.write("Vem och vilken roll, eller varför inte", "arbete", within=nadja.group(FATHER))
    nadja.press("Avsluta mötet")
    nadja.sees("Mötet är avslutat.")
    nadja.go(f"/planer/{plan}/ansvar/")
    nadja.choose("Per Lindqvist, BUP Ystad")
    nadja.press("Spara")
    nadja.go(f"/planer/{plan}/uppfoljningsdag/")
    nadja.write("Vilken dag följer ni upp planen?", str(clock.today() + timedelta(days=90)))
    nadja.press("Spara")


def write_action(visitor: Visitor, what: str, *, contact: str = "") -> None:
    """One action, from today and six weeks on."""
    visitor.write("Vad ska göras?", what)
    if contact:
        visitor.write("Kontaktperson", contact)
    visitor.field("Vilket mål hör det till?").select_option(label=GOAL)
    visitor.write("Börjar", str(clock.today()))
    visitor.write("Klart senast", str(clock.today() + timedelta(days=42)))
    visitor.press("Spara")
    visitor.sees("Insatsen står i planen.")


def the_family_reads(nadja: Visitor, mother: Visitor, plan: str) -> None:
    """The plan is frozen and opened to the family; the mother reads it and asks something."""
    nadja.go(f"/planer/{plan}/granska/")
    nadja.press("Låt familjen läsa")
    mother.go("/familj/")
    mother.sees(
        "Du har inte skrivit under än.", WORDS, GOAL, "Anpassat schema och lugn plats", "Lärande", "Ring 0411-55 01 02"
    )
    mother.press("Något stämmer inte")
    mother.choose("Jag undrar eller vill berätta något")
    mother.write("Vad vill du säga?", "Kan mötet vara på eftermiddagen?")
    mother.press("Skicka")
    mother.sees("Tack. Nadja får det du har skrivit.")
    nadja.go(f"/planer/{plan}/")
    nadja.sees("Kan mötet vara på eftermiddagen?")


def both_sign(mother: Visitor, father: Visitor) -> None:
    """Five presses from the log-in, on a phone: read and sign, the paper, the tick, the code, sign."""
    for parent in (mother, father):
        parent.go("/familj/")
        parent.press("Läs och skriv under")
        assert parent.fetch("Läs hela planen").suggested_filename == "sip-v1.pdf"
        parent.choose("Jag har läst planen")
        parent.press("Skicka kod")
        parent.sees("Vi har skickat sex siffror till din e-post.")
        parent.write("Din kod", latest())
        parent.press("Skriv under")
        parent.sees("Din underskrift är sparad.", "Du skrev under")


def paper_for_the_school(nadja: Visitor, plan: str) -> None:
    """Birgit is asked to sign for the school, and does so on the printed plan; Nadja saw it."""
    nadja.go(f"/planer/{plan}/underskrifter/")
    nadja.choose("Birgit Åkesson")
    nadja.press("Be dem skriva under")
    nadja.go(f"/planer/{plan}/pappersunderskrift/")
    nadja.choose("Birgit Åkesson")
    nadja.write("Kontrollkoden på papperet", control_code(Version.objects.get(plan=plan).sha256))
    nadja.press("Jag såg underskriften")


def nadja_establishes(nadja: Visitor, plan: str) -> None:
    """Everybody has signed; the plan is in force."""
    nadja.go(f"/planer/{plan}/faststall/")
    nadja.press("Fastställ planen")
    nadja.sees("Fastställd")


def it_is_followed_up_and_closed(nadja: Visitor, birgit: Visitor, plan: str) -> None:
    """The school tells how it went; the follow-up is held; the goals are met and the plan is closed."""
    birgit.go(f"/planer/{plan}/")
    birgit.press("Skriv hur det gick")
    birgit.choose("Helt")
    birgit.press("Spara")
    nadja.go(f"/planer/{plan}/uppfoljning/")
    nadja.write("Vilken dag hölls uppföljningen?", str(clock.today()))
    nadja.press("Uppföljningen är hållen")
    nadja.go(f"/planer/{plan}/avsluta/")
    nadja.choose("Målen är nådda")
    nadja.press("Avsluta planen")
    for page in ("", "historik/", "vem-har-last/"):
        nadja.go(f"/planer/{plan}/{page}")


def check_the_plan(paper: Download, folder: Path) -> None:
    """Two signatures and the seal, all valid and the last over the whole file; what the plan says is there to read."""
    file = folder / paper.suggested_filename
    paper.save_as(file)
    signatures = said_by("pdfsig", "-nocert", str(file))
    assert signatures.count("Signature is Valid.") == len(("mother", "father", "the service's seal"))
    assert signatures.count("Total document signed") == 1
    assert signatures.rstrip().endswith("Signature Validation: Signature is Valid.")
    read = " ".join(said_by("pdftotext", "-layout", str(file), "-").split())
    for words in (
        CHILD,
        MOTHER,
        FATHER,
        WORDS.split(" utan")[0],
        "Bedömning av nedstämdhet",
        "Per Lindqvist",
        "BUP Ystad",
    ):
        assert words in read, words
    for secret in (NUMBER, MOTHERS_NUMBER, MOTHERS_MAIL, FATHERS_MAIL):
        assert secret not in read


def check_the_receipt(paper: Download, folder: Path) -> None:
    """The receipt names everybody who signed, and how; it is sealed."""
    file = folder / paper.suggested_filename
    paper.save_as(file)
    assert "Signature is Valid." in said_by("pdfsig", "-nocert", str(file))
    read = " ".join(said_by("pdftotext", str(file), "-").split())
    for words in (MOTHER, FATHER, CHILD, "På papper, intygas av Nadja Öhman"):
        assert words in read, words


def said_by(program: str, *arguments: str) -> str:
    """What a program of the system says."""
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout
