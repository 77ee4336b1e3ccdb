"""Who has been let in: django-guardian's direct-foreign-key rows, written by sip/plans/grants.py and nobody else.

Each row also says for which agency and until which day, so that a consent that runs out or a membership that ends
works at the next request, without any job having to run.
"""

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from agencies.models import Agency
from sip.plans.models.plan import Plan
from sip.plans.states import CLOSED_STATES

_OVER = models.Q(state__in=CLOSED_STATES)


class Listed(models.Model):
    """What the list of plans sorts and filters by, kept on the grant so that one index tells which rows a page shows.

    The plan's state, the child's place in the order, and the municipality; of a protected child no name and no place.
    """

    state = models.CharField(max_length=20, default="")
    list_key = models.CharField(max_length=200, default="")
    place = models.CharField(max_length=100, default="")

    class Meta:
        abstract = True


def _in_order(who: str, name: str, *more: str) -> list[models.Index]:
    """Two indexes in the order of the list: plans that go on, and the many more that are over."""
    fields, include = [who, "list_key", "content_object"], ["permission", *more, "until", "place", "state"]
    return [
        models.Index(fields=fields, include=include, condition=models.Q(_OVER, _negated=True), name=f"{name}_open"),
        models.Index(fields=fields, include=include, condition=_OVER, name=f"{name}_over"),
    ]


class PlanPersonGrant(Listed, UserObjectPermissionBase):  # noqa: DJ008 — guardian's base says it
    """One person's permission on one plan: for an agency, or (agency null) as family."""

    content_object = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="person_grants")
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    until = models.DateField(null=True, blank=True)
    # To the minute, where a day is too long: opened in an emergency.
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        # The base class's constraint knows no agency; ours, below, does.
        unique_together = ()  # type: ignore[assignment]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object", "agency"],
                nulls_distinct=False,
                name="one_person_grant",
            ),
        ]
        # ⚡ Everything that is asked of a grant: by person for a list, by person and plan for a page and the policies.
        indexes = [
            models.Index(
                fields=["user", "content_object"],
                include=["permission", "agency", "until", "ends_at"],
                name="person_grant_whole",
            ),
            *_in_order("user", "person_grant", "agency", "ends_at"),
        ]


class PlanAgencyGrant(Listed, GroupObjectPermissionBase):  # noqa: DJ008 — guardian's base says it
    """An agency's permission on one plan, held by its desk: intake and coordinators."""

    content_object = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="agency_grants")
    until = models.DateField(null=True, blank=True)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["group", "content_object"], include=["permission", "until"], name="desk_grant_whole"),
            *_in_order("group", "desk_grant"),
        ]
