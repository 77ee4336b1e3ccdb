"""Who has been let in: django-guardian's direct-foreign-key rows, written by sip/plans/grants.py and nobody else.

Each row also says for which agency and until which day, so that a consent that runs out or a membership that ends
works at the next request, without any job having to run.
"""

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from agencies.models import Agency
from sip.plans.models.plan import Plan


class PlanPersonGrant(UserObjectPermissionBase):
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
        ]


class PlanAgencyGrant(GroupObjectPermissionBase):
    """An agency's permission on one plan, held by its desk: intake and coordinators."""

    content_object = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="agency_grants")
    until = models.DateField(null=True, blank=True)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["group", "content_object"], include=["permission", "until"], name="desk_grant_whole"),
        ]
