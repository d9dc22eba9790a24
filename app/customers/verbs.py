"""What can be done to customers and contacts."""

from typing import Annotated

from pydantic import Field

from app.core.archiving import unless_archived, unless_in_use
from app.core.inputs import Choice, Day, Limit, Text, checked_by, fields
from app.core.permissions import permission
from app.core.text_input import clean_email, clean_key, clean_line, clean_phone
from app.core.translations import _l
from app.core.verbs import new_record, rows_of
from app.customers import groups, services
from app.customers.groups import GroupNames
from app.customers.models import TAX_KINDS, TERMS, Contact, Customer, CustomerGroup

VIEW = permission(
    "customer.view", _l("View customers"), "sales", "prepress", "planner", "warehouse", "finance"
)
EDIT = permission("customer.edit", _l("Edit customers"), "sales", "finance")

Name = Annotated[str, checked_by(lambda value: clean_line(value, "name", "name"))]
GroupName = Annotated[str, Text(_l("Enter the name."), most=120)]


CUSTOMER = rows_of("customer", Customer)
CONTACT = rows_of("contact", Contact)
GROUP = rows_of("customer_group", CustomerGroup)

change_customer = CUSTOMER.verb(
    services.change_customer,
    _l("Edit customer"),
    EDIT,
    fields(name=(Name | None, None), terms=(Annotated[str, Choice(TERMS)] | None, None)),
    done=_l("The customer is saved."),
    entry=frozenset({"api"}),  # staff have a form with the whole customer
)
set_tax_status = CUSTOMER.verb(
    services.set_tax_status,
    _l("Set tax status"),
    EDIT,
    fields(
        tax_kind=Annotated[str, Choice(TAX_KINDS), Field(title=_l("For tax"))],
        vat_number=(
            Annotated[
                str,
                Text(most=40),
                Field(
                    title=_l("VAT number"),
                    description=_l("With its country's letters: DE136695976."),
                ),
            ],
            "",
        ),
        exempt_reason=(
            Annotated[
                str,
                Text(most=200, is_printed=True),
                Field(title=_l("Reason for the exemption"), description=_l("Printed on quotes.")),
            ],
            "",
        ),
        exempt_certificate=(
            Annotated[str, Text(most=60, is_printed=True), Field(title=_l("Certificate number"))],
            "",
        ),
        exempt_until=(Annotated[Day | None, Field(title=_l("Certificate valid until"))], None),
    ),
    done=_l("The tax status is saved; quotes that were sent keep theirs."),
)
# not offered to programs: the page asks for the right to revoke links before it changes an address
change_contact = CONTACT.verb(
    services.change_contact,
    _l("Edit contact"),
    EDIT,
    fields(
        name=(Name | None, None),
        phone=(Annotated[str, checked_by(clean_phone)] | None, None),
        email=(Annotated[str, checked_by(clean_email)] | None, None),
    ),
    done=_l("The contact is saved."),
    entry=frozenset(),
)
set_group = CUSTOMER.verb(
    groups.set_group,
    _l("Set customer group"),
    EDIT,
    fields(
        group=(
            Annotated[str, Limit(options=GroupNames()), Field(title=_l("Customer group"))],
            "",
        )
    ),
    done=_l("The customer group is saved; quotes that were sent keep their prices."),
)
create_group = new_record("new_customer_group").verb(
    groups.create_group,
    _l("Create customer group"),
    EDIT,
    fields(key=Annotated[str, checked_by(clean_key)], name=GroupName),
    entry=frozenset(),
)
change_group = GROUP.verb(
    groups.change_group,
    _l("Edit customer group"),
    EDIT,
    fields(name=(GroupName | None, None)),
    done=_l("The group is saved."),
    entry=frozenset(),
)
archive_group = GROUP.verb(
    groups.archive_group,
    _l("Archive group"),
    EDIT,
    can=unless_archived(_l("The group is already archived. Nothing was changed.")),
    done=_l("The group is archived. Its customers keep it."),
    entry=frozenset({"staff"}),
)
restore_group = GROUP.verb(
    groups.restore_group,
    _l("Restore group"),
    EDIT,
    can=unless_in_use(_l("The group is in use. Nothing was changed.")),
    done=_l("The group is in use again."),
    entry=frozenset({"staff"}),
)
