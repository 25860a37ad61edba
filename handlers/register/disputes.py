"""A promise that one side did not agree with as it was proposed: who that was, and for whom it waits then."""

from handlers.register.kinds import Step
from storage.tables import Item


def disagreed(item: Item) -> str:
    """The side that did not agree with what was proposed, and can still say yes; empty where it is disputed otherwise.

    What was dropped is not one side's to make a promise again, whoever objects to that.
    """
    return item.words.get("disagreed", "")


def waits_for_author(item: Item) -> bool:
    """Whether who was to do it refused what the other side wrote down: then nobody owes anything yet."""
    return item.state == "disputed" and disagreed(item) == item.doer


def taken(item: Item, step: Step, side: str) -> None:
    """A step was taken by a side: note that they do not agree, or that this is past."""
    if step.name == "disagree":
        item.words = {**item.words, "disagreed": side}
    elif step.to and disagreed(item):
        item.words = {name: said for name, said in item.words.items() if name != "disagreed"}
