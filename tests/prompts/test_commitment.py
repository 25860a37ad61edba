"""What counts as a promise, and whether it has an owner and a date."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.ear import Commitment, commitment

WHOLE, OWNED, DATED, LOOSE = (Commitment(owner, date) for owner, date in ((1, 1), (1, 0), (0, 1), (0, 0)))

DUTCH = [
    ("Ik stuur je de offerte vóór 12 maart.", WHOLE),
    ("Goed punt, ik zoek het uit en kom er vrijdag op terug.", WHOLE),
    ("Excuses voor het ongemak. Ik bel je vanmiddag om 15.00 uur even op.", WHOLE),
    ("Morgenochtend zet ik de oude versie terug.", WHOLE),
    ("Volgende week dinsdag lever ik de rapportage op.", WHOLE),
    ("Farida pakt dit morgen op.", WHOLE),
    ("Ik heb het besproken: @U04KLM lost het in week 23 op.", WHOLE),
    ("Uiterlijk eind van de week hoor je van mij of het lukt.", WHOLE),
    ("Dat regel ik vandaag nog voor jullie.", WHOLE),
    ("Ik ga er direct achteraan en laat binnen een uur iets weten.", WHOLE),
    ("Ik zorg dat het in orde komt.", OWNED),
    ("Ik leg het neer bij de ontwikkelaars.", OWNED),
    ("Snap ik helemaal, ik kijk ernaar.", OWNED),
    ("Karim neemt contact met je op.", OWNED),
    ("We lossen het uiterlijk donderdag op.", DATED),
    ("De storing wordt vanavond verholpen.", DATED),
    ("Voor het weekend komen we erop terug.", DATED),
    ("De patch gaat maandag live.", DATED),
    ("Onze beheerder belt je morgen.", DATED),
    ("Jullie krijgen vrijdag een update.", DATED),
    ("Dat pakken we op.", LOOSE),
    ("We nemen het mee naar het overleg.", LOOSE),
    ("Er wordt aan gewerkt.", LOOSE),
    ("We houden jullie op de hoogte.", LOOSE),
    ("Dit wordt opgelost in een volgende release.", LOOSE),
    ("Kun je me morgen de logs sturen?", None),
    ("Ik belde je gisteren al.", None),
    ("We hebben het vanmorgen opgelost.", None),
    ("Hopelijk is het vrijdag verholpen.", None),
    ("Ik stuur elke maandag een rapport rond.", None),
    ("Wij weten niet wanneer dit wordt opgelost.", None),
    ("We kijken uit naar de samenwerking.", None),
    ("Wanneer lossen jullie dit op?", None),
    ("Jullie zouden ons vrijdag terugbellen.", None),
    ("Onze planners bellen de hele dag met chauffeurs omdat de app hangt.", None),
    ("Het systeem stuurt automatisch een mail.", None),
    ("Iemand past steeds onze instellingen aan.", None),
    ("Zullen we morgen bellen?", None),
    ("Als het weer gebeurt, kunnen we het onderzoeken.", None),
    ("Je kunt het zelf aanpassen bij Instellingen.", None),
    ("> Ik bel je morgen.\nDat is niet gebeurd.", None),
    ('Jij schreef "ik los het vandaag op" maar het werkt nog steeds niet.', None),
    ("Ik wil graag dat dit morgen klaar is.", None),
    ("Het is vrijdag weer misgegaan.", None),
    ("Ik zie de fout ook.", None),
    ("Stuur ik dit naar jou of naar Kees?", None),
    ("Dank, ik ga het proberen.", None),
    ("Excel past de datum aan bij het openen.", None),
    ("Bel ons gerust even.", None),
    ("Geen probleem, fijn weekend!", None),
    ("Staat klaar op acceptatie. Laat maar weten of het zo werkt.", None),
    ("Zet die acht maar over.", None),
    ("Staat genoteerd. Ik bel je om drie uur.", WHOLE),
    ("Dinsdag krijgt u van mij het verslag.", WHOLE),
]
ENGLISH = [
    ("I'll send you the quote before 12 March.", WHOLE),
    ("Good point. I will find out and get back to you on Friday.", WHOLE),
    ("Sorry about this; I'm going to restore the backup tonight.", WHOLE),
    ("Farida will take this on and call you by end of day tomorrow.", WHOLE),
    ("I've checked with the team: @U04KLM will fix it in week 23.", WHOLE),
    ("You'll hear from me by the end of Friday.", WHOLE),
    ("Let me check the logs and come back to you within an hour.", WHOLE),
    ("I'm calling the hosting company right now.", WHOLE),
    ("I'll make sure this gets sorted.", OWNED),
    ("I'll raise it with the developers.", OWNED),
    ("I'm on it.", OWNED),
    ("Karim will get in touch with you.", OWNED),
    ("We'll have this fixed by Thursday.", DATED),
    ("We will deploy the patch on Monday morning.", DATED),
    ("The outage will be resolved before noon.", DATED),
    ("The fix goes out this week.", DATED),
    ("Our admin will call you tomorrow.", DATED),
    ("You'll have an answer from us on Tuesday.", DATED),
    ("We'll look into it.", LOOSE),
    ("We will keep you posted.", LOOSE),
    ("This will be fixed in a future release.", LOOSE),
    ("They'll get in touch with the customer.", LOOSE),
    ("Can you send me the logs tomorrow?", None),
    ("I called you yesterday.", None),
    ("We fixed it this morning.", None),
    ("Hopefully it will be fixed on Friday.", None),
    ("I'll be on leave next week.", None),
    ("We'll see how it goes.", None),
    ("We won't change this.", None),
    ("I would send it today if I could.", None),
    ("Will you call me tomorrow?", None),
    ("You said you would call us on Monday.", None),
    ("When will this be fixed?", None),
    ("The system will send a mail automatically.", None),
    ("Our planners call drivers all day because the app hangs.", None),
    ("You can change it yourself under Settings.", None),
    ("> I'll call you tomorrow\nThat never happened.", None),
    ('You wrote "we will fix it today" and it is still broken.', None),
    ("If it happens again, we could investigate.", None),
    ("It has been down since Monday.", None),
    ("Let me know by Friday whether that works for you.", None),
    ("I'm afraid we won't be changing that any time soon.", None),
    ("Works fine here, thanks!", None),
    ("Someone will have to explain this to our clients.", None),
    ("I'll admit it was confusing.", None),
]


@pytest.mark.parametrize(("text", "expected"), DUTCH, ids=lambda value: str(value)[:40])
def test_a_promise_in_dutch(text: str, expected: Commitment | None) -> None:
    assert commitment(text, "nl") == expected


@pytest.mark.parametrize(("text", "expected"), ENGLISH, ids=lambda value: str(value)[:40])
def test_a_promise_in_english(text: str, expected: Commitment | None) -> None:
    assert commitment(text, "en") == expected


def test_an_owner_and_a_date_count_when_they_belong_to_the_same_promise() -> None:
    assert commitment("We lossen het op. Ik zag dat het vrijdag misging.", "nl") == LOOSE
    assert commitment("We lossen het op. Ik bel je vrijdag.", "nl") == WHOLE


def test_in_another_language_nothing_is_heard() -> None:
    assert commitment("Ich rufe morgen an, I'll call you tomorrow", "other") is None


@given(st.text(), st.sampled_from(["nl", "en"]))
def test_whatever_the_text_there_is_an_answer(text: str, lang: str) -> None:
    assert commitment(text, lang) is None or commitment(text, lang) in (WHOLE, OWNED, DATED, LOOSE)
