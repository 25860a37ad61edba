"""Cards and forms keep everything on their way to the page, and show people by name."""

import json

from bot.playground import cast, render
from handlers.vocabulary import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    DateField,
    Facts,
    Form,
    Image,
    NumberField,
    Person,
    PersonField,
    Text,
    TextField,
)

KARIM = Person("playground", "client", "karim")


def test_a_card_keeps_its_parts_in_order_and_calls_people_by_name() -> None:
    card = Card(
        "Toezegging aan Karim",
        (
            Text(("Voor ", KARIM, "."), "heading"),
            Facts((("Wie", (KARIM,)), ("Wanneer", "vrijdag"))),
            Image("/plaatje.png", "Een lijn die daalt"),
            Buttons((Button("drop", "Weg", "7", "danger", menu=True, confirm="Zeker?"),)),
        ),
    )
    drawn = render.card(card, cast.name_of)
    assert drawn["summary"] == "Toezegging aan Karim"
    assert drawn["parts"] == [
        {"kind": "text", "style": "heading", "words": [{"text": "Voor "}, {"person": "Karim"}, {"text": "."}]},
        {
            "kind": "facts",
            "facts": [
                {"label": "Wie", "words": [{"person": "Karim"}]},
                {"label": "Wanneer", "words": [{"text": "vrijdag"}]},
            ],
        },
        {"kind": "image", "url": "/plaatje.png", "alt": "Een lijn die daalt"},
        {
            "kind": "buttons",
            "buttons": [
                {
                    "name": "drop",
                    "label": "Weg",
                    "about": "7",
                    "style": "danger",
                    "menu": True,
                    "confirm": "Zeker?",
                    "url": None,
                }
            ],
        },
    ]


def test_somebody_who_is_not_in_the_room_is_shown_by_id() -> None:
    stranger = Person("playground", "supplier", "onbekend")
    drawn = render.card(Card("", (Text((stranger,)),)), cast.name_of)
    assert drawn["parts"][0]["words"] == [{"person": "onbekend"}]


def test_a_form_keeps_every_kind_of_field() -> None:
    form = Form(
        "promise",
        "Toezegging",
        "Bewaren",
        "Sluiten",
        (
            Text("Kort en precies."),
            TextField("what", "Wat", lines=3, value="Het kenteken", hint="Eén zin", longest=200),
            ChoiceField("kind", "Soort", (("a", "Dag"), ("b", "Terugkomdatum")), value="a b", many=True),
            NumberField("minutes", "Minuten", required=False),
            DateField("by", "Uiterlijk"),
            PersonField("owner", "Wie", value="sanne"),
            Buttons((Button("again", "Kijk nog eens"),)),
        ),
        about="burst:7",
    )
    drawn = render.form(form, cast.name_of)
    assert {key: drawn[key] for key in ("name", "title", "submit", "close", "about")} == {
        "name": "promise",
        "title": "Toezegging",
        "submit": "Bewaren",
        "close": "Sluiten",
        "about": "burst:7",
    }
    assert [(part["kind"], part.get("type"), part.get("name")) for part in drawn["parts"]] == [
        ("text", None, None),
        ("field", "text", "what"),
        ("field", "choice", "kind"),
        ("field", "number", "minutes"),
        ("field", "date", "by"),
        ("field", "person", "owner"),
        ("buttons", None, None),
    ]
    what, kind, minutes = drawn["parts"][1:4]
    assert (what["lines"], what["longest"], what["value"], what["hint"]) == (3, 200, "Het kenteken", "Eén zin")
    assert (kind["choices"], kind["many"]) == ([["a", "Dag"], ["b", "Terugkomdatum"]], True)
    assert minutes["required"] is False
    assert json.loads(json.dumps(drawn)) == drawn
