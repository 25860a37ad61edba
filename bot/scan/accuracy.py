"""How well the ear hears, as measured in docs/ear.md: what the figures of a scan are worth."""

from dataclasses import dataclass

from bot.shares import interval


@dataclass(frozen=True)
class Accuracy:
    """Of one side, over the sets `observed`, `scene`, `thread` and `field`."""

    right: int
    """So many tips were right, …"""
    tips: int
    """… of so many."""
    found_least: float
    """The share of what deserved a tip that was found: the lowest bound of the four sets, …"""
    found_most: float
    """… and the highest."""

    @property
    def right_least(self) -> float:
        """Wilson's lower bound of the share that is right."""
        return interval(self.right / self.tips, self.tips)[0]

    def between(self, sure: int) -> tuple[int, int]:
        """How many there were, when so many were heard surely: at least and at most."""
        return round(sure * self.right_least / self.found_most), round(sure / self.found_least)


MEASURED = {
    "supplier": Accuracy(right=163, tips=167, found_least=0.38, found_most=0.71),
    "client": Accuracy(right=76, tips=76, found_least=0.36, found_most=0.82),
}
