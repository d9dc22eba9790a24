from __future__ import annotations

import threading
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.core.actor import Actor, system
from app.core.db import db
from app.core.errors import BadInput, NotAllowed, Stale
from app.core.events import timeline
from app.customers import services as customers
from app.customers import verbs
from app.customers.models import Contact, Customer

SALES = Actor("staff", uuid.UUID(int=1), "Sales", "backoffice", frozenset({"customer.edit"}))
VISITOR = Actor("customer", None, "Visitor", "portal", frozenset({"order.create"}))
STREET = {"name": "Robin Demo", "line_1": "1 Example Street", "city": "Sampleton", "country": "gb"}


def test_a_new_address_makes_a_customer_with_a_number_and_a_contact(session) -> None:
    contact = customers.find_or_create_contact(
        " Robin  Demo ", "Robin@Example.COM", "+44 20 7946 0000", actor=VISITOR
    )
    assert (contact.name, contact.email) == ("Robin Demo", "robin@example.com")
    assert contact.customer.name == "Robin Demo"
    assert contact.customer.number >= 1001
    assert contact.customer.reference == f"C-{contact.customer.number}"
    found = timeline(contact.customer_id)
    assert [event.name for event in found] == ["contact.created", "customer.created"]
    assert found[0].door == "portal"


def test_the_company_names_the_customer_where_there_is_one(session) -> None:
    contact = customers.find_or_create_contact(
        "Robin", "r@example.com", company="Demo Weddings", actor=SALES
    )
    assert contact.customer.name == "Demo Weddings"


def test_the_same_address_in_another_spelling_is_the_same_contact_unchanged(session) -> None:
    first = customers.find_or_create_contact("Robin", "robin@example.com", actor=VISITOR)
    again = customers.find_or_create_contact("Else", "ROBIN@example.com ", actor=VISITOR)
    assert again.id == first.id
    assert again.name == "Robin"
    assert len(timeline(first.customer_id)) == 2
    assert customers.find_contact("Robin@EXAMPLE.com") is first


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "robin"}, "email"),
        ({"email": "robin@"}, "email"),
        ({"email": "a@b@example.com"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "robin@example.com\nBcc: x@example.com"}, "email"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"phone": "call me"}, "phone"),
        ({"company": "y" * 201}, "company"),
    ],
)
def test_what_can_not_be_used_is_refused_and_makes_nobody(session, fields, field) -> None:
    with pytest.raises(BadInput) as caught:
        customers.find_or_create_contact(
            **({"name": "Robin", "email": "new@example.com"} | fields), actor=VISITOR
        )
    assert caught.value.field == field
    assert session.scalar(sa.select(sa.func.count(Contact.id))) == 0
    assert session.scalar(sa.select(sa.func.count(Customer.id))) == 0


def test_the_database_refuses_the_same_address_twice_and_capitals(session) -> None:
    contact = customers.find_or_create_contact("Robin", "robin@example.com", actor=SALES)
    for email, says in (("robin@example.com", "uq_contacts_email"), ("R@x.example", "email_lower")):
        row = Contact(customer_id=contact.customer_id, name="X", email=email)
        savepoint = session.begin_nested()
        session.add(row)
        with pytest.raises(IntegrityError, match=says):
            session.flush()
        savepoint.rollback()


def test_two_requests_at_once_end_with_one_contact_and_one_customer(committed) -> None:
    both_looked = threading.Barrier(2, timeout=20)
    found: list[uuid.UUID] = []

    def ask() -> None:
        with committed.app.app_context():
            assert customers.find_contact("race@example.com") is None
            both_looked.wait()
            contact = customers.find_or_create_contact("R", "race@example.com", actor=system())
            found.append(contact.id)
            db.session.commit()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with committed.engine.connect() as connection:
        assert len(found) == 2
        assert found[0] == found[1]
        assert connection.scalar(sa.select(sa.func.count(Contact.id))) == 1
        assert connection.scalar(sa.select(sa.func.count(Customer.id))) == 1


def test_a_loser_of_the_race_takes_the_winners_contact(committed) -> None:
    """The winner commits after the loser looked and before it writes: the insert meets the row."""
    with committed.app.app_context():
        session = db.session
        session.execute(sa.text("SELECT 1"))
        original = customers._create

        def slow(*args):
            with committed.engine.begin() as other:
                customer_id = uuid.uuid4()
                other.execute(
                    sa.insert(Customer).values(
                        id=customer_id, name="Winner", terms="prepaid", version_id=1
                    )
                )
                other.execute(
                    sa.insert(Contact).values(
                        id=uuid.uuid4(),
                        customer_id=customer_id,
                        name="Winner",
                        email="race@example.com",
                        version_id=1,
                    )
                )
            return original(*args)

        customers._create = slow
        try:
            contact = customers.find_or_create_contact("L", "race@example.com", actor=system())
        finally:
            customers._create = original
        session.commit()
        assert contact.name == "Winner"
        assert session.scalar(sa.select(sa.func.count(Customer.id))) == 1


def test_changing_a_customer_keeps_before_and_after(session) -> None:
    customer = customers.find_or_create_contact("R", "r@example.com", actor=SALES).customer
    verbs.change_customer(customer.id, name="Demo Ltd", terms="net_30", actor=SALES)
    event = timeline(customer.id)[0]
    assert event.name == "customer.changed"
    assert event.before == {"name": "R", "terms": "prepaid"}
    assert event.after == {"name": "Demo Ltd", "terms": "net_30"}
    verbs.change_customer(customer.id, name="Demo Ltd", actor=SALES)
    assert len(timeline(customer.id)) == 3


def test_the_second_of_two_editors_is_told(session) -> None:
    customer = customers.find_or_create_contact("R", "r@example.com", actor=SALES).customer
    seen = customer.version_id
    verbs.change_customer(customer.id, name="One", seen_version=seen, actor=SALES)
    with pytest.raises(Stale):
        verbs.change_customer(customer.id, name="Two", seen_version=seen, actor=SALES)


def test_terms_that_do_not_exist_are_refused(session) -> None:
    customer = customers.find_or_create_contact("R", "r@example.com", actor=SALES).customer
    with pytest.raises(BadInput, match="Choose one of the options"):
        verbs.change_customer(customer.id, terms="never", actor=SALES)


def test_a_contacts_name_and_phone_can_be_put_right(session) -> None:
    contact = customers.find_or_create_contact("R", "r@example.com", actor=SALES)
    verbs.change_contact(contact.id, name="Robin", phone="+44 20 7946 0000", actor=SALES)
    event = timeline(contact.customer_id)[0]
    assert event.name == "contact.changed"
    assert event.after == {"name": "Robin", "phone": "+44 20 7946 0000"}


def test_an_e_mail_address_is_put_right_unless_it_is_somebody_elses(session) -> None:
    contact = customers.find_or_create_contact("R", "r@example.com", actor=SALES)
    customers.find_or_create_contact("Ada", "ada@example.com", actor=SALES)
    with pytest.raises(BadInput, match="already belongs to Ada") as taken:
        verbs.change_contact(contact.id, email="ADA@example.com", actor=SALES)
    assert taken.value.field == "email"
    verbs.change_contact(contact.id, email="Robin@example.com", actor=SALES)
    event = timeline(contact.customer_id)[0]
    assert (event.before, event.after) == (
        {"email": "r@example.com"},
        {"email": "robin@example.com"},
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"line_1": ""}, "line_1"), ({"city": ""}, "city"), ({"country": "England"}, "country")],
)
def test_an_address_without_what_a_carrier_needs_is_refused(fields, field) -> None:
    with pytest.raises(BadInput) as caught:
        customers.parse_address(STREET | fields)
    assert caught.value.field == field


def test_only_who_may_edit_customers_changes_them(session) -> None:
    contact = customers.find_or_create_contact("R", "r@example.com", actor=SALES)
    for change in (
        lambda: verbs.change_customer(contact.customer_id, name="X", actor=VISITOR),
        lambda: verbs.change_contact(contact.id, name="X", actor=VISITOR),
    ):
        with pytest.raises(NotAllowed):
            change()
    assert len(timeline(contact.customer_id)) == 2
