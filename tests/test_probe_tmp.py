from story import *
async def test_thread_emergency(story):
    await story.agreed()
    await story.says("sanne", EMERGENCY, thread="t9")
    await story.later(minutes=2)
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    print("TIPS after emergency in a thread:", story.tips)
async def test_fast_answer(story):
    await story.agreed()
    await story.says("sanne", EMERGENCY)
    for _ in range(4):
        await story.later(seconds=30); await story.says("sanne", "Kan iemand bellen?")
        if _==0: await story.says("karim", NORMALISING)
    await story.later(minutes=3)
    print("TIPS while emergency burst open:", story.tips)
async def test_erase_then(story):
    await story.agreed()
    await story.asks("karim","uit")
    await story.presses("karim","privacy_erase",about="")
    await story.says("karim","Hallo"); await story.later(minutes=2)
    await story.says("karim",NORMALISING)
    print("AFTER erase+off heard again:", "wennen" in await story.everything())
async def test_nul(story):
    await story.agreed()
    f=form(await story.asks("karim","setup"))
    print("NUL:", await story.fills_in("karim",f,name="a\x00b"), [p.name for p in await story.rows(__import__("storage.tables").tables.Project)])
async def test_two_orgs_rename(story):
    await story.agreed()
    await story.leaves(); 
    await story.says("karim", NORMALISING)
    print("LEFT inbox", "wennen" in await story.everything())
