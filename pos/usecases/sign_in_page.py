"""What the sign-in page may show before anybody has signed in: the hall, and in a demo its invented people."""

from __future__ import annotations

from dataclasses import dataclass

from pos.store.people_queries import OperatorRow, hall_profile, is_commissioned, operators, recovery_code_is_of_backup
from pos.usecases.fact import Hall


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The page.

    Attributes:
        commissioned: False = first start, the wizard comes.
        hall_code, company, hall_name: empty before the wizard.
        demo: the page says that this is a demo.
        restored: a backup took the place of the books, and the recovery code is still the one of that day.
        demo_people: active people of a demo hall, by 工号; always empty in a real hall.
    """

    commissioned: bool
    hall_code: str = ""
    company: str = ""
    hall_name: str = ""
    demo: bool = False
    restored: bool = False
    demo_people: tuple[OperatorRow, ...] = ()


def sign_in_page(hall: Hall) -> SignInPage:
    """Read it. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        if not is_commissioned(connection):
            return SignInPage(commissioned=False)
        profile = hall_profile(connection)
        people = tuple(person for person in operators(connection) if person.active) if profile.demo else ()
        return SignInPage(
            commissioned=True,
            hall_code=profile.hall_code,
            company=profile.company,
            hall_name=profile.hall_name,
            demo=profile.demo,
            restored=recovery_code_is_of_backup(connection),
            demo_people=people,
        )
