// Keys 1 to 4 choose a grade, but only while the focus is inside the grading panel and not in a text field.
for (const panel of document.querySelectorAll("[data-grading-keys]")) {
  panel.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !"1234".includes(event.key) || event.key.length !== 1) return;
    if (event.target.matches("textarea, input[type=text], input:not([type])")) return;
    const group = event.target.closest("fieldset") || panel.querySelector("fieldset");
    const choice = group && group.querySelector(`input[type=radio][value="${event.key}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    choice.focus();
    // As a press of the mouse would: whoever listens for either knows of the choice.
    for (const kind of ["input", "change"]) choice.dispatchEvent(new Event(kind, { bubbles: true }));
  });
}
