// Saves a draft while somebody writes: forms with data-autosave post themselves at most 20 seconds after a change, however
// steadily one types, and at once when the page is left or put out of sight. Nothing is kept in the browser. A session that
// ended or a newer save elsewhere stops it and says what to do.
const EVERY = 20_000;
// Continue waits so long for a save that is under way, so that the two do not cross.
const PATIENCE = 3_000;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-autosave-status]");
  // The first button sends the form, whatever it is called on this page.
  const button = form.querySelector("button[type=submit]")?.textContent.trim() ?? "Continue";
  let timer = null;
  let saving = null;
  let leaving = null;
  let isChanged = false;
  let isOver = false;
  let isSubmitting = false;

  const say = (text) => { if (status) status.textContent = text; };

  const stop = (text) => {
    say(text);
    isOver = true;
    clearTimeout(timer);
  };

  const take = async (response) => {
    if (response.type === "opaqueredirect" || response.status === 401) {
      stop(`Not saved: you were signed out. Press ${button} to sign in again; what you typed stays on this page.`);
    } else if (response.status === 403 || response.status === 404) {
      stop(`Not saved: this is no longer a draft of yours, or the page is too old. Press ${button} to see; what you typed is shown to you.`);
    } else if (response.status === 409) {
      stop(`Not saved: this draft was changed somewhere else. Press ${button} to see both texts.`);
    } else if (response.ok) {
      const { version, saved_at: savedAt } = await response.json();
      const field = form.querySelector("input[name=version]");
      if (field) field.value = version;
      say(`Saved at ${savedAt}`);
    } else {
      const { problem } = await response.json().catch(() => ({}));
      say(problem || `Not saved yet. Press ${button} to see why.`);
    }
  };

  const send = (options) => {
    const data = new FormData(form);
    data.set("autosave", "1");
    isChanged = false;
    return fetch(form.action || window.location.href, {
      method: "POST", body: data, redirect: "manual", headers: { "X-Requested-With": "autosave" }, ...options,
    });
  };

  const save = async () => {
    leaving = new AbortController();
    const { signal } = leaving;
    try {
      await take(await send({ signal }));
    } catch {
      if (signal.aborted) return;
      isChanged = true;
      say("Not saved: no connection. It is tried again in a moment.");
    }
  };

  const start = () => {
    timer = null;
    if (saving) return later();
    saving = save().finally(() => {
      saving = null;
      if (isChanged) later();
    });
  };

  // A timer that runs is left to run: whoever types without a pause is saved all the same.
  function later() {
    if (isOver || isSubmitting || timer) return;
    timer = setTimeout(start, EVERY);
  }

  // The browser finishes such a request after the page is gone. It takes no more than 64 KB so; a longer one is sent as usual.
  const flush = () => {
    if (isOver || isSubmitting || !(isChanged || saving)) return;
    clearTimeout(timer);
    timer = null;
    if (saving) leaving.abort();
    send({ keepalive: true }).catch(() => send({})).then(take).catch(() => { isChanged = true; });
  };

  form.addEventListener("input", () => {
    isChanged = true;
    later();
  });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") flush(); });
  window.addEventListener("pagehide", flush);
  window.addEventListener("pageshow", () => { isSubmitting = false; });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    timer = null;
    isSubmitting = true;
    if (!saving) return;
    event.preventDefault();
    const pressed = event.submitter;
    const patience = new Promise((done) => { setTimeout(done, PATIENCE); });
    Promise.race([saving, patience]).then(() => {
      saving = null;
      form.requestSubmit(pressed);
    });
  });
}
