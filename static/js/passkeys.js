// Makes and uses passkeys. What the service asks for stands in an attribute of the form; the answer goes into its hidden field.
// Without this script the form is not shown, and an authenticator app or a recovery code does the same.
const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

const make = async ({ publicKey: asked }, needsNoPassword) => {
  const publicKey = {
    ...asked,
    challenge: toBytes(asked.challenge),
    user: { ...asked.user, id: toBytes(asked.user.id) },
    excludeCredentials: withBytes(asked.excludeCredentials),
  };
  if (needsNoPassword) {
    publicKey.authenticatorSelection = {
      ...asked.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required",
    };
  }
  const made = await navigator.credentials.create({ publicKey });
  return {
    id: made.id, rawId: toText(made.rawId), type: made.type, clientExtensionResults: made.getClientExtensionResults(),
    response: {
      clientDataJSON: toText(made.response.clientDataJSON),
      attestationObject: toText(made.response.attestationObject),
      transports: made.response.getTransports(),
    },
  };
};

const use = async ({ publicKey: asked }) => {
  const used = await navigator.credentials.get({
    publicKey: { ...asked, challenge: toBytes(asked.challenge), allowCredentials: withBytes(asked.allowCredentials) },
  });
  return {
    id: used.id, rawId: toText(used.rawId), type: used.type, clientExtensionResults: used.getClientExtensionResults(),
    response: {
      clientDataJSON: toText(used.response.clientDataJSON),
      authenticatorData: toText(used.response.authenticatorData),
      signature: toText(used.response.signature),
      userHandle: used.response.userHandle ? toText(used.response.userHandle) : null,
    },
  };
};

const askedOf = async (form) => {
  if (form.dataset.passkeyOptions) return JSON.parse(form.dataset.passkeyOptions);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
};

const say = (form, words) => {
  const place = form.querySelector("[data-passkey-problem]");
  place.textContent = words;
  place.hidden = false;
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const asked = await askedOf(form);
      const answer = form.dataset.passkey === "make"
        ? await make(asked.creation_options, form.elements.passwordless?.checked)
        : await use(asked.request_options);
      form.elements.credential.value = JSON.stringify(answer);
      form.submit();
    } catch (error) {
      say(form, error.name === "InvalidStateError"
        ? "This device has a passkey for your account already."
        : "That did not work, or you stopped it. Try again, or choose another way below.");
    }
  });
}
