// The chosen colours, set before anything is drawn: no flash of light in a dark room.

{
  const chosen = localStorage.getItem("theme");
  if (["light", "dark"].includes(chosen)) document.documentElement.dataset.theme = chosen;
}
