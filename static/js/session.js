// Two minutes before the session ends, says so and offers to stay, where staying is possible. The clock is asked, for timers stop while a laptop sleeps.
const box = document.querySelector("[data-session-seconds]");

if (box) {
  const lasts = Number(box.dataset.sessionSeconds) * 1000;
  const left = Number(box.dataset.sessionLeft) * 1000;
  const opened = Date.now();
  const words = box.querySelector("[data-session-words]");
  const lastWords = box.querySelector("[data-session-last-words]");
  const alert = box.querySelector("[data-session-alert]");
  const form = box.querySelector("form");
  let since = Date.now();

  const look = () => {
    // Hours after signing in the end comes whatever one does, so there is nothing to press.
    if (!form.hidden && Date.now() - opened >= left - 120_000) {
      alert.replaceChildren(lastWords.content.cloneNode(true));
      form.hidden = true;
      box.hidden = false;
      return;
    }
    // A minute earlier than the end, because a session is renewed only once a minute.
    if (!box.hidden || Date.now() - since < lasts - 180_000) return;
    alert.replaceChildren(words.content.cloneNode(true));
    box.hidden = false;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const response = await fetch(box.dataset.sessionUrl, {
        method: "POST", body: new FormData(form), redirect: "manual", headers: { "X-Requested-With": "session" },
      });
      if (response.status === 204) {
        since = Date.now();
        box.hidden = true;
        alert.replaceChildren();
        return;
      }
      alert.textContent = "You were signed out. Send the page as usual: you sign in again, and what you typed is kept.";
    } catch {
      alert.textContent = "There is no connection. What you typed stays on this page.";
    }
  });

  setInterval(look, 5_000);
  document.addEventListener("visibilitychange", look);
}
