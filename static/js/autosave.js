// Saves a draft while somebody writes: forms with data-autosave post themselves 20 seconds after the last change.
// Nothing is kept in the browser. A session that ended or a newer save elsewhere stops it and says what to do.
const WAIT = 20_000;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-autosave-status]");
  let timer = null;
  let saving = false;

  const say = (text) => { if (status) status.textContent = text; };

  const save = async () => {
    timer = null;
    if (saving) return later();
    saving = true;
    try {
      const data = new FormData(form);
      data.set("autosave", "1");
      const response = await fetch(form.action || window.location.href, {
        method: "POST", body: data, redirect: "manual", headers: { "X-Requested-With": "autosave" },
      });
      if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
        say("Not saved: you were signed out. Press Continue to sign in again; what you typed stays on this page.");
        form.removeEventListener("input", later);
      } else if (response.status === 409) {
        say("Not saved: this draft was changed somewhere else. Press Continue to see both texts.");
        form.removeEventListener("input", later);
      } else if (response.ok) {
        const { version, saved_at: savedAt } = await response.json();
        const field = form.querySelector("input[name=version]");
        if (field) field.value = version;
        say(`Saved at ${savedAt}`);
      } else {
        say("Not saved yet. Press Continue to see why.");
      }
    } catch {
      say("Not saved: no connection. It is tried again when you go on writing.");
    } finally {
      saving = false;
    }
  };

  function later() {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  }

  form.addEventListener("input", later);
  form.addEventListener("submit", () => clearTimeout(timer));
}
