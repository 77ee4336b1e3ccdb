"""What the models say stands in the migrations too."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_change_of_a_model_lacks_its_migration(capsys: pytest.CaptureFixture[str]) -> None:
    """Fails when a model, an index or a constraint differs from what the migrations make."""
    try:
        call_command("makemigrations", "--check", "--dry-run", verbosity=1)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)
