"""Cards and forms that try to break out: hostile words in every corner, and far too much of everything."""

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
    Place,
    Text,
    TextField,
)

HELP = Place("teams", "tenant-1", "19:loket@thread.tacv2", "1772441000001")
ROBIN = Person("teams", "tenant-2", "29:robin")
HOSTILE = (
    "[click](https://x.example) **bold** _it_ `x` <at>Robin</at> <b>b</b> ${secret} {{DATE(2027-03-01T09:00:00Z)}} "
    'https://x.example "quotes" & # 1. =1+1'
)
LONG = " ".join(f"word{n}" for n in range(2000))
STYLES = ("plain", "heading", "quote", "starter", "note")


def card_of(words: str) -> Card:
    """A card with `words` wherever there can be any."""
    row = (
        Button("help", words, "1", "primary"),
        Button("drop", words, "2", "danger", confirm=words),
        Button("why", words, "3", menu=True),
    )
    texts = tuple(Text((words, ROBIN, words), style) for style in STYLES)
    alone = tuple(Text(words, style) for style in STYLES)
    picture = Image("https://example.com/a.png", words)
    return Card(words, (*texts, *alone, Facts(((words, (words, ROBIN)),)), picture, Buttons(row)))


def form_of(words: str) -> Form:
    """A form with `words` wherever there can be any."""
    fields = (
        TextField("draft", words, lines=4, value=words, hint=words),
        TextField("name", words, required=False, longest=80),
        ChoiceField("side", words, (("supplier", words), ("client", words)), value="client", hint=words),
        ChoiceField("scopes", words, (("hear", words), ("tip", words)), value="hear tip", many=True),
        NumberField("hours", words, value="7.5"),
        DateField("back", words, value="2027-03-01"),
        PersonField("owner", words, value=ROBIN.id),
    )
    return Form("hard", words, words, words, (Text(words), *fields, Buttons((Button("again", words),))), "4")


MANY = Card(
    "Many buttons",
    (
        Text("Choose"),
        Buttons(tuple(Button(f"b{n}", f"Button {n}", menu=n % 3 == 0) for n in range(40))),
        *(Text(LONG, "quote") for _ in range(20)),
        Buttons((Button("last", "The last"),)),
    ),
)
CHOOSING = Form(
    "choosing",
    "Many choices",
    "Send",
    "Close",
    tuple(
        ChoiceField(f"c{n}", f"Choice {n}", tuple((f"v{m}", f"Value {m}") for m in range(n * 30 + 1)), many=n % 2 == 0)
        for n in range(6)
    ),
)
HARD: dict[str, Card | Form] = {
    "empty": Card("", ()),
    "empty words": card_of(" "),
    "hostile": card_of(HOSTILE),
    "too long": card_of(LONG),
    "too many": MANY,
    "empty form": Form("why", "", "", "Close", ()),
    "hostile form": form_of(HOSTILE),
    "form that is too long": form_of(LONG),
    "form with many choices": CHOOSING,
}
