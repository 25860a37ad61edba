"""Who is in the place, and whose side they are on. Who is on no known side is not remembered."""

from handlers.turn import Turn
from handlers.vocabulary import Person
from storage import members, projects
from storage.tables import Member, Project


def whose(turn: Turn, who: Person) -> str | None:
    """Key of the organisation that somebody belongs to, as the platform tells; None when it cannot tell."""
    return next((found.organisation for found in turn.roster if found.person == who), None)


def enrol(turn: Turn, project: Project) -> list[str]:
    """Make known who is in the place and on a known side; returns the names of organisations that are new here."""
    new = []
    for found in turn.roster:
        organisation, added = projects.add_organisation(turn.db, project, found.organisation, found.organisation_name)
        if added:
            new.append(organisation.name)
        if organisation.side is not None:
            members.add(
                turn.db,
                project,
                organisation,
                found.person.team,
                found.person.id,
                language=found.language,
                zone=found.zone,
            )
    return new


def known(turn: Turn, project: Project, who: Person) -> Member | None:
    """The person in this project, if they are on a known side."""
    member = members.find(turn.db, project, who.team, who.id)
    return member if member is not None and member.side is not None else None
