"""What each kind of row is, as the contract's JSON Schemas say it. No other gets into a feed."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel


def _whole_second(at: datetime) -> datetime:
    if at.microsecond:
        raise ValueError("has whole seconds only")
    return at.astimezone(UTC)


def _time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is no IANA time zone, such as Europe/London")
    return name


def _line(most: int) -> Any:
    return Field(min_length=1, max_length=most, pattern=r"^[^\r\n]*$")


Name = Annotated[str, _line(120)]
Title = Annotated[str, _line(200)]
Address = Annotated[str, _line(300)]
Note = Annotated[str, _line(500)]
Paragraphs = Annotated[str, Field(min_length=1, max_length=2_000)]
Instant = Annotated[AwareDatetime, AfterValidator(_whole_second)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Council = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Point = Annotated[str, Field(pattern=r"^[a-z0-9-]+/[0-9]+$")]
# Never a person's e-mail address.
Link = Annotated[str, Field(pattern=r"^https://[^\s@]+$", max_length=2_000)]
Points = Annotated[list[Point], Field(max_length=30)]


class Shape(BaseModel):
    # A member that is misspelt is told at once, not dropped in silence.
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")


class Row(Shape):
    id: UUID
    # True for a made-up row.
    synthetic: bool = False


class MeetupStatus(StrEnum):
    PLANNED = "PLANNED"
    INVITED = "INVITED"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"
    HELD = "HELD"


class Attendance(StrEnum):
    IN_PERSON = "IN_PERSON"
    ONLINE = "ONLINE"
    HYBRID = "HYBRID"


class OfferKind(StrEnum):
    ADVISE = "ADVISE"
    SPEAK = "SPEAK"
    HOST = "HOST"
    ASSESS = "ASSESS"
    SHARE_CODE = "SHARE_CODE"


class Stage(StrEnum):
    DISCOVERY = "DISCOVERY"
    ALPHA = "ALPHA"
    BETA = "BETA"
    LIVE = "LIVE"


class AssessmentKind(StrEnum):
    ASSESSMENT = "ASSESSMENT"
    REASSESSMENT = "REASSESSMENT"


class PanelRole(StrEnum):
    LEAD = "LEAD"
    USER_RESEARCHER = "USER_RESEARCHER"
    DESIGNER = "DESIGNER"
    TECHNOLOGIST = "TECHNOLOGIST"
    ANALYST = "ANALYST"
    OBSERVER = "OBSERVER"


class Venue(Shape):
    name: Name
    address: Address | None = None
    step_free: bool | None = None
    hearing_loop: bool | None = None
    quiet_space: bool | None = None
    alcohol_free: bool | None = None


class Talk(Shape):
    title: Title
    # A role or an organisation, never a person.
    given_by: Name


class Meetup(Row):
    group: str
    title: Title
    summary: Paragraphs | None = None
    status: MeetupStatus
    starts_at: Instant
    ends_at: Instant
    time_zone: TimeZone = "Europe/London"
    attendance: Attendance
    venue: Venue | None = None
    points: Points = []
    host: Council | None = None
    talks: Annotated[list[Talk], Field(max_length=20)] = []
    booking_url: Link | None = None
    materials_url: Link | None = None

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> "Meetup":
        if self.ends_at < self.starts_at:
            raise ValueError("endsAt lies before startsAt")
        return self


class CaseStudy(Row):
    title: Title
    summary: Paragraphs
    council: Council | None = None
    points: Points = []
    url: Link | None = None
    published_at: Instant
    reviewed_on: date | None = None


class Offer(Row):
    council: Council
    kind: OfferKind
    point: Point | None = None
    remote: bool
    available_from: date | None = None
    note: Note | None = None
    ask_url: Link
    offered_at: Instant


class Seat(Shape):
    role: PanelRole
    council: Council | None = None


class Action(Shape):
    text: Title
    due_on: date
    done_on: date | None = None


class PointOutcome(Shape):
    point: Point
    outcome: str
    done_well: Paragraphs | None = None
    actions: Annotated[list[Action], Field(max_length=30)] = []
    advice: Paragraphs | None = None


class ServiceAssessment(Row):
    """Its council agreed to its publication. If it does no longer, delete it here."""

    council: Council
    service: Title
    standard: str
    stage: Stage
    kind: AssessmentKind
    held_on: date
    scheme: str
    result: str
    panel: Annotated[list[Seat], Field(max_length=20)]
    points: Annotated[list[PointOutcome], Field(max_length=30)]
    previous: UUID | None = None

    @model_validator(mode="after")
    def _panel_is_from_elsewhere(self) -> "ServiceAssessment":
        if not any(seat.role == PanelRole.LEAD for seat in self.panel):
            raise ValueError("a panel needs a lead")
        assessors = (seat for seat in self.panel if seat.role != PanelRole.OBSERVER)
        if any(seat.council == self.council for seat in assessors):
            raise ValueError("no assessor may come from the assessed council")
        return self


KINDS: dict[str, type[Row]] = {
    kind.__name__: kind for kind in (Meetup, CaseStudy, Offer, ServiceAssessment)
}


def checked(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """The row as it is published; raises pydantic's ValidationError, which says what to change."""
    row = KINDS[kind].model_validate(data)
    # What is not known is left out.
    return row.model_dump(mode="json", by_alias=True, exclude_none=True)
