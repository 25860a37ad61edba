"""Takes the pictures of the README from the real playground: `make pictures`. Needs Chromium on this machine."""

from pathlib import Path

from tests.browser import browser, last, pane, playground, write

FOLDER = Path(__file__).parent.parent / "docs" / "img"
LARGEST = 150 * 1024
SAID = {
    "nl": ("sanne", "Zo'n nieuwe versie is altijd even wennen, dat trekt vanzelf bij."),
    "en": ("sophie", "A new version always takes some getting used to, it will settle."),
}
TIP_COMES = 15_000


def main() -> None:
    """Write tip-nl.png and tip-en.png: a message, and the tip that its author alone gets."""
    FOLDER.mkdir(exist_ok=True)
    with playground() as address, browser() as chromium:
        for language, (who, text) in SAID.items():
            page = chromium.new_page(
                viewport={"width": 1280, "height": 1000},
                device_scale_factor=2,
                color_scheme="light",
                timezone_id="Europe/Amsterdam",
                reduced_motion="reduce",
            )
            page.goto(f"{address}?lang={language}")
            pane(page, who).locator(".entry").nth(5).wait_for()
            write(page, who, text)
            tip = last(page, who, "whisper")
            tip.wait_for(timeout=TIP_COMES)
            message = last(page, who, "mine").bounding_box()
            around = tip.bounding_box()
            assert message is not None
            assert around is not None
            clip = {
                "x": around["x"] - 10,
                "y": message["y"] - 10,
                "width": around["width"] + 20,
                "height": around["y"] + around["height"] - message["y"] + 20,
            }
            path = FOLDER / f"tip-{language}.png"
            page.screenshot(path=path, clip=clip, animations="disabled")
            assert path.stat().st_size <= LARGEST, f"{path} has {path.stat().st_size} bytes; {LARGEST} is the most"
            page.close()


if __name__ == "__main__":
    main()
