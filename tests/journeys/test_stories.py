"""What people go through, told once and lived on every platform, all of it over HTTP."""

from sheets import Refused, World, card, latest, passes, shown, tips

IMPACT = "Sinds maandag kost een bon ons twintig minuten. Er staan negen chauffeurs bij de poort te wachten."
NORMALISING = "Ach, zo'n overgang is overal even wennen."
DEFERRAL = "Dat pakken we op in een volgende release."
GOOD = "Negen chauffeurs die staan te wachten, dat is veel. Bram belt je om twee uur met een noodoplossing."


async def has_a_tip(world: World, answer: str = NORMALISING) -> str:
    """The client says what it costs them, the supplier writes a first thought. Returns the id of that."""
    await world.says("karim", IMPACT)
    await passes(world, minutes=2)
    message = await world.says("sanne", answer)
    await passes(world, seconds=61)
    return message


async def test_a_tip_comes_to_its_author_alone_and_helps_with_an_answer(world: World) -> None:
    await has_a_tip(world)
    (tip,) = await tips(world, "sanne")
    assert await tips(world, "karim") == []
    assert "even wennen" in tip.text
    assert "Alleen jij ziet dit." in tip.text
    assert {"help", "why", "misheard", "fine", "quiet_today", "quiet_always"} == set(tip.buttons)

    why = shown(await world.presses("sanne", tip, "why"))
    assert "even wennen" in why.text
    assert why.text not in [sheet.text for sheet in await world.sees("karim")]

    form = shown(await world.presses("sanne", tip, "help"))
    assert "negen chauffeurs" in form.text
    assert form.fields["answer"]
    looked = shown(await world.presses("sanne", form, "look_again", answer=DEFERRAL))
    assert "nog zonder datum" in looked.text
    assert looked.fields["answer"] == DEFERRAL
    empty = await world.sends("sanne", looked, answer=" ")
    assert isinstance(empty, Refused)
    assert empty.reasons.keys() == {"answer"}
    copy = shown(await world.sends("sanne", looked, answer=GOOD))
    assert GOOD in copy.text
    assert not any(GOOD in sheet.text for sheet in await world.sees("karim"))


async def test_a_tip_that_is_not_right_makes_room(world: World) -> None:
    await has_a_tip(world)
    (tip,) = await tips(world, "sanne")
    thanks = shown(await world.presses("sanne", tip, "misheard"))
    assert "verkeerd begreep" in thanks.text
    assert await tips(world, "sanne") == []


async def test_a_promise_is_refused_until_it_is_one_and_then_seen_by_both(world: World) -> None:
    await has_a_tip(world, DEFERRAL)
    (tip,) = await tips(world, "sanne")
    form = shown(await world.presses("sanne", tip, "promise"))
    assert form.fields.keys() == {"what", "owner", "kind", "date", "firm"}
    refused = await world.sends("sanne", form, what="Bon in vijf minuten", date="2020-01-01")
    assert isinstance(refused, Refused)
    assert refused.reasons.keys() == {"date"}
    before = len(await world.sees("karim"))
    await world.sends("sanne", form, what="Bon in vijf minuten", date="2027-03-26")
    for who in ("sanne", "karim"):
        promise = next(sheet for sheet in await world.sees(who) if "Bon in vijf minuten" in sheet.text)
        assert "26 maart 2027" in promise.text
        assert "Wijzigt het contract niet" in promise.text
    assert len(await world.sees("karim")) == before + 1


async def test_a_message_that_is_changed_in_time_gets_no_tip(world: World) -> None:
    await world.says("karim", IMPACT)
    message = await world.says("sanne", NORMALISING)
    await passes(world, seconds=2)
    await world.edits("sanne", message, GOOD)
    await passes(world, minutes=9)
    assert await tips(world, "sanne") == []


async def test_a_repaired_message_takes_its_tip_along_where_that_can_be(world: World) -> None:
    message = await has_a_tip(world)
    assert len(await tips(world, "sanne")) == 1
    await world.edits("sanne", message, GOOD)
    assert len(await tips(world, "sanne")) == (0 if world.takes_back else 1)


async def test_a_deleted_message_is_not_judged(world: World) -> None:
    message = await world.says("sanne", DEFERRAL)
    await world.deletes("sanne", message)
    await passes(world, minutes=9)
    assert await tips(world, "sanne") == []


async def test_before_sending_a_draft_is_looked_at_for_whoever_asks(world: World) -> None:
    looked = shown(await world.asks("sanne", f"check {DEFERRAL}"))
    assert "volgende release" in looked.text
    assert "nog zonder datum" in looked.text
    form = shown(await world.asks("karim", "nakijken"))
    assert list(form.fields) == ["draft"]
    again = shown(await world.sends("karim", form, draft=IMPACT))
    assert again.fields["draft"] == IMPACT
    assert "Dit kan zo" in again.text
    for who, other in (("karim", "sanne"), ("sanne", "karim")):
        mine = {sheet.text for sheet in await world.sees(who)}
        assert ("nog zonder datum" in "".join(mine)) is (other == "karim")


async def test_whoever_is_off_is_not_heard_and_can_come_back(world: World) -> None:
    off = shown(await world.asks("sanne", "uit"))
    assert "niet meer mee" in off.text
    await has_a_tip(world)
    assert await tips(world, "sanne") == []
    on = shown(await world.asks("sanne", "aan"))
    assert "weer met je mee" in on.text
    await passes(world, hours=2)
    await has_a_tip(world)
    assert len(await tips(world, "sanne")) == 1


async def test_what_is_kept_can_be_seen_taken_along_and_erased(world: World) -> None:
    await has_a_tip(world)
    kept = shown(await world.asks("sanne", "privacy"))
    assert "Tips die je kreeg, zonder je tekst: 1." in kept.text
    await world.presses("sanne", kept, "privacy_export")
    assert [sheet.file for sheet in await world.sees("sanne") if sheet.file] == ["samenspraak.json"]
    assert not any(sheet.file for sheet in await world.sees("karim"))
    erased = shown(await world.presses("sanne", kept, "privacy_erase"))
    assert "gewist" in erased.text
    assert "bewaar niets over jou" in shown(await world.asks("sanne", "privacy")).text


async def test_the_own_page_shows_the_tips_one_had_and_ones_choices(world: World) -> None:
    await has_a_tip(world)
    page = await world.home("sanne")
    assert "gevolg nog niet benoemd" in page.text
    assert "gevolg nog niet benoemd" not in (await world.home("karim")).text
    assert {"check", "off", "worktime", "privacy", "help", "why"} <= set(page.buttons)
    form = shown(await world.presses("sanne", page, "check"))
    assert list(form.fields) == ["draft"]


async def test_one_side_stops_and_nobody_is_heard_until_it_says_yes_again(world: World) -> None:
    listening = shown(await world.asks("sanne", "status"))
    assert "Ik luister mee in dit kanaal." in listening.text
    everyone = await card(world, "karim", "stop")
    assert everyone is not None
    await world.presses("karim", everyone, "stop")
    for who in ("sanne", "karim"):
        assert "stopt ermee" in (await world.sees(who))[-1].text
        now = await card(world, who, "stop")
        assert now is not None
    assert "Ik luister niet mee" in shown(await world.asks("sanne", "luister")).text
    await has_a_tip(world)
    assert await tips(world, "sanne") == []

    again = await card(world, "karim", "join")
    assert again is not None
    form = shown(await world.presses("karim", again, "join"))
    refused = await world.sends("karim", form, side="client", role="service", scopes="hear tip", mandate="")
    assert isinstance(refused, Refused)
    assert refused.reasons.keys() == {"mandate"}
    await world.sends("karim", form, side="client", role="service", scopes="hear tip", mandate="yes")
    assert "Vanaf nu luister ik mee" in (await world.sees("sanne"))[-1].text
    await passes(world, hours=2)
    await has_a_tip(world)
    assert len(await tips(world, "sanne")) == 1


async def test_who_chooses_a_language_and_a_clock_is_spoken_to_like_that(world: World) -> None:
    form = shown(await world.asks("karim", "taal"))
    assert list(form.fields) == ["language", "zone"]
    refused = await world.sends("karim", form, language="nl", zone="Mars")
    assert isinstance(refused, Refused)
    assert refused.reasons.keys() == {"zone"}
    await world.sends("karim", form, language="en", zone="Lissabon")
    assert "Your overview" in (await world.home("karim")).text
    assert "It is " in shown(await world.asks("karim", "zone New York")).text
    assert "This is what you can ask me" in shown(await world.asks("karim", "help")).text
    assert "Dit kun je me vragen" in shown(await world.asks("sanne", "help")).text
    assert "Nederlands" in shown(await world.asks("karim", "language nederlands")).text


async def test_a_project_ends_when_both_sides_say_so_and_is_gone_on_the_day_they_agreed(world: World) -> None:
    form = shown(await world.asks("sanne", "einde"))
    assert form.fields == {"days": "30", "mandate": ""}
    refused = await world.sends("sanne", form, days="3")
    assert isinstance(refused, Refused)
    assert refused.reasons.keys() == {"days", "mandate"}
    await world.sends("sanne", form, days="7", mandate="yes")
    proposal = await card(world, "karim", "end")
    assert proposal is not None
    agree = shown(await world.presses("karim", proposal, "end"))
    assert "Na 7 dagen" in agree.text
    await world.sends("karim", agree, mandate="yes")
    for who in ("sanne", "karim"):
        assert any("Dit project is beëindigd." in sheet.text for sheet in await world.sees(who))
    await has_a_tip(world)
    assert await tips(world, "sanne") == []

    await passes(world, days=7)
    files = [sheet.file for who in ("sanne", "karim") for sheet in await world.sees(who) if sheet.file]
    assert sorted(files) == sorted(["samenspraak-gewist.md", "samenspraak-ons-deel.json"] * 2)
    assert any("Alles van dit project is gewist." in sheet.text for sheet in await world.sees("karim"))
    told = shown(await world.asks("sanne", "status")).text
    # Asked in one's own chat, as on Teams, there is no channel to speak of.
    assert "Ik zit niet in dit kanaal" in told or "Ik ken je hier nog niet" in told


async def test_feedback_goes_from_the_form_to_accepted_by_who_reported_it(world: World) -> None:
    form = shown(await world.asks("karim", "feedback"))
    asked_back = shown(await world.sends("karim", form, what="Een bon duurt twintig minuten"))
    assert "wie merkt dit" in asked_back.text
    await world.sends("karim", asked_back, who="negen chauffeurs", minutes="15", people="9")
    feedback = await latest(world, "sanne", "FB-1")
    assert "negen chauffeurs" in feedback.text
    refused = await world.presses("karim", feedback, "acknowledge")
    assert isinstance(refused, Refused) or "oppakt" in shown(refused).text
    await world.presses("sanne", feedback, "acknowledge")
    assert "begrepen" in (await latest(world, "karim", "FB-1")).text
    no = shown(await world.presses("sanne", await latest(world, "sanne", "FB-1"), "decline"))
    halfway = await world.sends("sanne", no, reason="Dat zit niet in dit pakket")
    assert isinstance(halfway, Refused)
    assert halfway.reasons.keys() == {"alternative"}
    await world.presses("sanne", await latest(world, "sanne", "FB-1"), "resolve")
    await world.presses("karim", await latest(world, "karim", "FB-1"), "accept")
    assert "akkoord van de melder" in (await latest(world, "sanne", "FB-1")).text


async def test_what_waits_comes_in_the_morning_to_whom_it_waits_for_alone(world: World) -> None:
    form = shown(await world.asks("karim", "verzoek"))
    told = {"what": "Twee testers", "why": "zij kennen het werk", "date": "2027-03-26", "otherwise": "later live"}
    await world.sends("karim", form, **told)
    assert "Twee testers" in (await latest(world, "sanne", "VZ-1")).text
    opened = shown(await world.asks("sanne", "open"))
    assert "VZ-1: Twee testers" in opened.text
    await passes(world, days=1)
    digest = [sheet for sheet in await world.sees("sanne") if "Dit wacht op jou" in sheet.text]
    assert len(digest) == 1
    assert "VZ-1" in digest[0].text
    assert not any("Dit wacht op jou" in sheet.text for sheet in await world.sees("karim"))
    await world.presses("sanne", digest[0], "acknowledge")
    assert "begrepen" in (await latest(world, "karim", "VZ-1")).text
