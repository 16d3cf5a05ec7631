// Saves a draft while somebody writes: forms with data-autosave post themselves 20 seconds after the last change.
// Nothing is kept in the browser. A session that ended or a newer save elsewhere stops it and says what to do.
const WAIT = 20_000;
// Continue waits so long for a save that is under way, so that the two do not cross.
const PATIENCE = 3_000;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-autosave-status]");
  let timer = null;
  let saving = null;
  let isOver = false;

  const say = (text) => { if (status) status.textContent = text; };

  const stop = (text) => {
    say(text);
    isOver = true;
    clearTimeout(timer);
  };

  const take = async (response) => {
    if (response.type === "opaqueredirect" || response.status === 401) {
      stop("Not saved: you were signed out. Press Continue to sign in again; what you typed stays on this page.");
    } else if (response.status === 403 || response.status === 404) {
      stop("Not saved: this is no longer a draft of yours, or the page is too old. Press Continue to see; what you typed is shown to you.");
    } else if (response.status === 409) {
      stop("Not saved: this draft was changed somewhere else. Press Continue to see both texts.");
    } else if (response.ok) {
      const { version, saved_at: savedAt } = await response.json();
      const field = form.querySelector("input[name=version]");
      if (field) field.value = version;
      say(`Saved at ${savedAt}`);
    } else {
      say("Not saved yet. Press Continue to see why.");
    }
  };

  const save = async () => {
    const data = new FormData(form);
    data.set("autosave", "1");
    try {
      await take(await fetch(form.action || window.location.href, {
        method: "POST", body: data, redirect: "manual", headers: { "X-Requested-With": "autosave" },
      }));
    } catch {
      say("Not saved: no connection. It is tried again when you go on writing.");
    }
  };

  const start = () => {
    timer = null;
    if (saving) return later();
    saving = save().finally(() => { saving = null; });
  };

  function later() {
    if (isOver) return;
    clearTimeout(timer);
    timer = setTimeout(start, WAIT);
  }

  form.addEventListener("input", later);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!saving) return;
    event.preventDefault();
    const button = event.submitter;
    const patience = new Promise((done) => { setTimeout(done, PATIENCE); });
    Promise.race([saving, patience]).then(() => {
      saving = null;
      form.requestSubmit(button);
    });
  });
}
