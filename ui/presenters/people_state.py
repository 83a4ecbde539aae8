"""What sign-in, lock, first start, search results and the open-account form show.

Rule: screen.md, domain P2 and P12. Passwords travel from the field to the use case and are never part of a state.
Must not know: Qt, languages.
"""

from __future__ import annotations

from dataclasses import dataclass

from ui.presenters.notice import Notice, Tone


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """An operator offered for sign-in or to sign. demo_password: shown in the demo only, "" otherwise; why_not: message
    that names her and why she cannot, "" if she can."""

    login: str
    name: str
    role: str
    demo_password: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInState:
    """people: offered as a list (demo, or a hall that wants it); login: prefilled; busy: the password is being
    checked; notice: why not; locked_name: set when the screen is locked and only this person (or a lead) opens it."""

    people: tuple[PersonChoice, ...] = ()
    login: str = ""
    busy: bool = False
    notice: Notice | None = None
    locked_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordState:
    """Choosing one's own password. forced: she came with a starting password; verdict: on what is being typed;
    notice: what became of it."""

    name: str = ""
    forced: bool = False
    verdict: Notice | None = None
    notice: Notice | None = None
    busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryState:
    """A new password by recovery code. verdict: on the password being typed; notice: why it was refused.

    Attributes:
        blame_code: what was refused is the code or the name, so they are asked for again.
        new_code: shown once, after the old one was used; "" before. written: she says that she has it on paper.
        renewed: it was made by an administrator who works here, without the old one.
    """

    verdict: Notice | None = None
    notice: Notice | None = None
    busy: bool = False
    blame_code: bool = False
    new_code: str = ""
    written: bool = False
    renewed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow:
    """A person on the administrator's page.

    Attributes:
        last_sign_in: hall time, "" = never. must_change: still has her starting password.
        verbs: message codes of what can be done with her.
    """

    operator_id: str
    code: str
    name: str
    roles: tuple[str, ...]
    active: bool = True
    must_change: bool = False
    last_sign_in: str = ""
    verbs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffState:
    """Everybody, by 工号; notice: what became of the last change."""

    rows: tuple[StaffRow, ...] = ()
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class StaffFormState:
    """A new person (operator_id is "") or a change; most_roles: how many she may hold."""

    operator_id: str = ""
    code: str = ""
    name: str = ""
    roles: tuple[str, ...] = ()
    most_roles: int = 1
    notice: Notice | None = None


WRITTEN = ("recovery_code", "starting_passwords")
"""What must be on paper before the first start ends: it is shown only once."""


@dataclass(frozen=True, slots=True)
class HallPlan:
    """What the key on the third step of the first start makes. staff: (工号, role) of those it adds by itself."""

    hall: str
    hall_code: str
    tills: tuple[str, ...]
    staff: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WizardState:
    """First start. step: `hall`, `look`, `people`, `devices`, `done`. values: (field, text) typed so far.

    Attributes:
        wrong: the field that `notice` is about, "" = none.
        plan: what the step `people` makes when it is left, None before it is known.
        device_rows: (device, message code of its result, tone).
        founded: the hall is there, so nothing before can be answered again.
        recovery_code, key_fingerprint, starting_passwords (工号, name, password): shown on the last step to be written
            down, empty before. written: which of `WRITTEN` the person says she has on paper.
    """

    step: str = "hall"
    values: tuple[tuple[str, str], ...] = ()
    wrong: str = ""
    plan: HallPlan | None = None
    device_rows: tuple[tuple[str, str, Tone], ...] = ()
    founded: bool = False
    recovery_code: str = ""
    key_fingerprint: str = ""
    starting_passwords: tuple[tuple[str, str, str], ...] = ()
    written: frozenset[str] = frozenset()
    scale: int = 100
    theme: str = "light"
    language: str = "zh_CN"
    busy: bool = False
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class HitView:
    """One customer found. phone is masked."""

    account_no: str
    name: str
    address: str
    meter_no: str
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchState:
    """query: what was searched; hits: at most 50; more: there are others, type more of it."""

    query: str = ""
    hits: tuple[HitView, ...] = ()
    more: bool = False
    busy: bool = False
    notice: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAccountState:
    """classes: price classes to choose from; values: (field, text) typed so far; wrong: field names to correct."""

    classes: tuple[str, ...] = ("residential", "commercial", "welfare")
    values: tuple[tuple[str, str], ...] = ()
    wrong: frozenset[str] = frozenset()
    busy: bool = False
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class SignedLine:
    """One figure. code: message of its caption; value: as shown, or a message code if `says`; params: for both."""

    code: str
    value: str
    says: bool = False
    params: tuple[tuple[str, int | str], ...] = ()


@dataclass(frozen=True, slots=True)
class ToSign:
    """code: `<code>.what`, `.money`, `.do` say what it is; lines: its figures."""

    code: str
    lines: tuple[SignedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalState:
    """An action that needs a second person. what_code, params: what is approved; lines: its figures; role: who may."""

    what_code: str = ""
    params: tuple[tuple[str, int | str], ...] = ()
    lines: tuple[SignedLine, ...] = ()
    role: str = "shift_lead"
    people: tuple[PersonChoice, ...] = ()
    with_reason: bool = False
    busy: bool = False
    notice: Notice | None = None
