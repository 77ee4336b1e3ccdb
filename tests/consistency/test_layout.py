"""The house keeps its own rules: sizes of files, who may touch what, what every view declares. Reads source as text."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from sip.web.pages import Policy

ROOT = Path(__file__).parents[2]
ROOMS = ("common", "agencies", "consent", "sip")
LONGEST_FILE = 400

# Where a plan is loaded for nobody (access.for_nobody), and why: a notice checked when it is sent, a registry event,
# a request that silently joins or opens a plan, one opened in an emergency, grants made anew, reminders reckoned anew.
FOR_NOBODY = {
    "sip/documents/papers.py",  # who made the paper that failed is no actor; the plan is only locked and looked at
    "sip/plans/access.py",
    "sip/plans/grants.py",
    "sip/plans/notice_kinds.py",
    "sip/plans/services/emergency.py",
    "sip/plans/services/maturity.py",  # who signs is asked whatever the one who assessed may read
    "sip/plans/services/registry.py",
    "sip/plans/services/requests.py",
    "sip/reminders/anew.py",
    "sip/plans/opened.py",  # what is counted from a plan is the same whoever changed it
    "sip/reminders/services.py",
    "sip/web/staff/waiting/index.py",  # what waits is written for everybody, whoever changed the plan
}


# Where row-level security is lifted for a moment (row_scope.everything), beside those above: a step of the process that
# itself lets somebody in, grants made anew, and the sweep, where nobody acts.
LIFTED = {
    "agencies/row_scope.py",
    "sip/documents/exports.py",  # the worker claims what is asked for; each plan it reads as the one who asked
    "sip/documents/papers.py",  # a worker makes what somebody with a right to it has asked for
    "sip/meetings/guests.py",  # a guest has no log-in: the signed link says which row
    "sip/meetings/receiving.py",  # a manager chooses who receives a call, without a part in the plan
    "sip/notices/sweep.py",
    "sip/signing/attempts.py",  # the worker asks for what anybody waits for, and completes it as the signer
    "sip/signing/sweeping.py",  # what nobody needs any more goes, whosever it was
    "sip/signing/expecting.py",  # whoever shows a signed file is nobody to us, and gets no more than yes or no
    "sip/signing/notice_kinds.py",  # a code is its owner's alone; whoever has the plan's notices asked again is another
    "sip/plans/access.py",
    "sip/plans/acting.py",
    "sip/plans/grants.py",
    "sip/plans/own_key.py",  # a key that a hidden row has is not free
    "sip/plans/services/units.py",  # nor does a manager for what the unit is late with
    "sip/plans/services/deviations.py",  # a manager answers for the unit without a part in the plan
    "sip/plans/services/log_review.py",  # a log reviewer has no plan, and must tell who had a part in it when
    "sip/plans/services/requests.py",
    "sip/plans/withheld.py",  # the family may not see what is withheld from it, and yet it must be left out
}
# Commands of an operator, where nobody acts from beginning to end.
LIFTED_THROUGHOUT = {"agencies/row_scope.py", "sip/cases/management/commands/play.py"}


def sources() -> Iterator[tuple[str, str]]:
    """Every Python file of the rooms but migrations: its path from the root, and its text."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text()


def holding(pattern: str) -> set[str]:
    """The files whose text holds the pattern."""
    return {name for name, text in sources() if re.search(pattern, text)}


def test_no_file_is_looking_for_a_second_room() -> None:
    tests = [(path.relative_to(ROOT).as_posix(), path.read_text()) for path in (ROOT / "tests").rglob("*.py")]
    too_long = {name: text.count("\n") for name, text in [*sources(), *tests] if text.count("\n") > LONGEST_FILE}
    assert too_long == {}


def test_plans_are_loaded_through_access_only() -> None:
    assert holding(r"\bPlan\.(objects|_default_manager)\.(?!create)") == {"sip/plans/access.py"}
    assert holding(r"\bPlan\.objects\.create") == {"sip/plans/services/requests.py"}


def test_plans_are_loaded_for_nobody_in_known_places_only() -> None:
    assert holding(r"\bfor_nobody\(") == FOR_NOBODY


def test_row_level_security_is_lifted_in_known_places_only() -> None:
    assert holding(r"\beverything\(") == LIFTED
    assert holding(r"\beverything_from_here\(") == LIFTED_THROUGHOUT


def test_only_grants_writes_guardian_rows() -> None:
    writes = r"Plan(Person|Agency)Grant(\.objects\.(create|bulk_create|update|filter\([^)]*\)\.(delete|update))|\()"
    assert holding(writes) - {"sip/plans/models/grants.py"} == {"sip/plans/grants.py"}
    assert holding(r"\b(assign_perm|remove_perm|has_perm)\(") == set()


def test_only_the_log_writes_access_events() -> None:
    assert holding(r"AccessEvent(\.objects\.(create|bulk_create)|\()") - {"consent/log/models.py"} == {
        "consent/log/services.py"
    }


def test_now_comes_from_the_clock_alone() -> None:
    now = r"\b(timezone\.now|datetime\.now|datetime\.today|date\.today|time\.time)\("
    # The supervisor of the demo's servers waits in real time, also while a case is played.
    assert {name for name in holding(now) if not name.startswith("sip/embedded/")} == {"common/clock.py"}


def test_states_change_through_the_table_alone() -> None:
    assert holding(r"\.state = ") == {"sip/plans/acting.py"}


def test_nothing_slips_past_escaping_or_csrf() -> None:
    assert holding(r"mark_safe|csrf_exempt|\|safe\b") <= {"sip/web/doors/csp.py"}
    bad = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"\|safe\b|autoescape off|style=\"|<script>|javascript:|\son[a-z]+=\"", path.read_text())
    ]
    # A letter is no page: it is read where there is no CSP, and where only styles on the element itself are kept.
    assert bad == ["templates/notices/letter.html"]


def views(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Every view of the program, with its address."""
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, address)
        else:
            yield address, pattern.callback


def test_every_view_declares_who_may_open_it() -> None:
    found = dict(views(get_resolver().url_patterns))
    assert len(found) > 40
    assert [address for address, view in found.items() if not isinstance(getattr(view, "policy", None), Policy)] == []


def test_a_page_about_a_plan_names_the_act_that_opens_it() -> None:
    found = dict(views(get_resolver().url_patterns))
    of_plans = {address: view.policy for address, view in found.items() if "plan_id" in address}  # type: ignore[attr-defined]
    vague = [address for address, policy in of_plans.items() if policy.who != "plan"]
    # These two only take an answer and open nothing; the page that they lead to checks.
    assert set(vague) <= {"planer/<uuid:plan_id>/skal/"}


def test_every_template_is_used_and_every_used_one_exists() -> None:
    folder = ROOT / "templates"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in (".html", ".txt")}
    texts = [path.read_text() for path in folder.rglob("*") if path.is_file()]
    texts += [text for _name, text in sources()]
    whole = "\n".join(texts)
    by_django = {"404.html", "403.html", "500.html", "400.html", "403_csrf.html"}

    def is_named(name: str) -> bool:
        # A tag names its part by the stem; a page of many kinds names its file with the kind left open.
        stem = Path(name).stem
        open_kind = re.sub(r"_[a-z]+$", "_{", name.removesuffix(".html"))
        return f'"{name}"' in whole or f'"{stem}"' in whole or f'"{open_kind}' in whole or name in by_django

    assert sorted(name for name in names if not is_named(name)) == []


@pytest.mark.parametrize("folder", ["sip/plans/services", "sip/meetings", "sip/documents", "sip/signing"])
def test_a_verb_is_one_transaction(folder: str) -> None:
    """Every public function of a services module that takes an actor is wrapped in @act."""
    all_verbs = folder.endswith(("services", "meetings"))
    paths = [path for path in (ROOT / folder).glob("*.py") if all_verbs or path.name == "services.py"]
    assert paths
    naked = []
    for path in paths:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg == "actor":
                names = {decorator.id for decorator in node.decorator_list if isinstance(decorator, ast.Name)}
                gives_query = isinstance(node.returns, ast.Subscript) and ast.unparse(node.returns).startswith(
                    "QuerySet"
                )
                if not node.name.startswith("_") and "act" not in names and not gives_query:
                    naked.append(f"{path.name}:{node.name}")
    assert naked == []


def test_nothing_of_one_machine_stands_in_the_project() -> None:
    suspects = re.compile(r"(?<![\w.}])/(root|home/[a-z]+|work)/|(pypi|npmjs|debian)\.(org|com)")
    kinds = {".py", ".toml", ".txt", ".json", ".md", ".yml", ".yaml", ".html", ".css", ".sh", ""}
    skipped = {".git", ".venv", "var", "node_modules", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
    found = []
    for folder, inside, names in os.walk(ROOT):
        # Pruned, not left out afterwards: other tests make and remove folders beneath `var` while this one walks.
        inside[:] = [name for name in inside if name not in skipped]
        for path in (Path(folder, name) for name in names if name not in skipped):
            if path.suffix in kinds and path != Path(__file__) and suspects.search(path.read_text(errors="replace")):
                found.append(path.relative_to(ROOT).as_posix())
    assert found == []
