"""What can be done to writes to other systems and to the settings of their adapters."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from app.core.actor import Actor
from app.core.db import find
from app.core.errors import Problem, WrongState
from app.core.inputs import Input, Text
from app.core.outbound import credentials, driver
from app.core.outbound import intent as intents
from app.core.outbound.adapters import KINDS
from app.core.outbound.chart import OUTBOUND
from app.core.outbound.credentials import Connection
from app.core.outbound.intent import OutboundIntent
from app.core.permissions import permission
from app.core.translations import _, _l
from app.core.verbs import Subject

VIEW = permission("integration.view", _l("View integrations"), "finance")
MANAGE = permission("integration.manage", _l("Manage integrations"))

INTENT: Subject[OutboundIntent] = Subject(
    "intent",
    find=lambda ref: find(OutboundIntent, ref),
    lock=lambda intent_id: intents.lock(intent_id)[0],
    chart=OUTBOUND,
)
CONNECTION: Subject[Connection] = Subject(
    "connection",
    find=credentials.find_connection,
    lock=lambda ref: credentials.find_connection(str(ref)),
)


class FoundInput(Input):
    """What a person saw at the other side."""

    reason: Annotated[
        str,
        Text(_l("Enter what you found in the other system.")),
        Field(title=_l("What you found in the other system")),
    ]


class SettingsInput(Input):
    """An adapter's settings as entered, and the secrets to remove."""

    given: dict[str, Any]
    forget: frozenset[str] = frozenset()

    @classmethod
    def from_form(cls, form: Mapping[str, Any], record: Connection) -> dict[str, Any]:
        """Read the fields of the adapter's own settings; a box that is not ticked is False."""
        fields = record.adapter.Settings.model_fields
        return {
            "given": {name: form[name].strip() for name in fields if name in form}
            | {name: name in form for name, field in fields.items() if field.annotation is bool},
            "forget": frozenset(name for name in fields if form.get(f"remove_{name}")),
        }


def _ends_here(intent: OutboundIntent, actor: Actor) -> Problem | None:
    if not KINDS[intent.kind].ends_here:
        return WrongState(
            _("This can't be done here."), next_step=_("Open the record and do it there.")
        )
    return None


retry = INTENT.verb(
    driver.retry,
    _l("Retry"),
    MANAGE,
    can=_ends_here,
    done=_l("Queued again."),
    explain=_l("It is written to the other system again. Make sure that it isn't there already."),
    icon="refresh",
)
settle = INTENT.verb(
    driver.settle,
    _l("Mark as arrived"),
    MANAGE,
    FoundInput,
    can=_ends_here,
    done=_l("Marked as arrived."),
    icon="check",
)
abandon = INTENT.verb(
    driver.abandon,
    _l("Abandon"),
    MANAGE,
    FoundInput,
    can=_ends_here,
    done=_l("Abandoned. It won't be written any more."),
)
save_settings = CONNECTION.verb(
    credentials.save_settings,
    _l("Save settings"),
    MANAGE,
    SettingsInput,
    done=_l("Settings saved."),
    entry=frozenset({"staff"}),
)
check_connection = CONNECTION.verb(
    credentials.check_connection,
    _l("Test connection"),
    MANAGE,
    icon="plug",
    entry=frozenset({"staff"}),
)
