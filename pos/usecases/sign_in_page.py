"""What the sign-in page may show before anybody has signed in: the hall, and in a demo its invented people."""

from __future__ import annotations

from dataclasses import dataclass

from pos.store.people_queries import OperatorRow, hall_profile, is_commissioned, operators
from pos.usecases.fact import Hall


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The page.

    Attributes:
        commissioned: False = first start, the wizard comes.
        hall_code, company, hall_name: empty before the wizard.
        demo: the page says that this is a demo.
        demo_people: active people of a demo hall, by 工号; always empty in a real hall.
    """

    commissioned: bool
    hall_code: str = ""
    company: str = ""
    hall_name: str = ""
    demo: bool = False
    demo_people: tuple[OperatorRow, ...] = ()


def sign_in_page(hall: Hall) -> SignInPage:
    """Read it. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        if not is_commissioned(connection):
            return SignInPage(commissioned=False)
        profile = hall_profile(connection)
        people = tuple(person for person in operators(connection) if person.active) if profile.demo else ()
        return SignInPage(True, profile.hall_code, profile.company, profile.hall_name, profile.demo, people)
