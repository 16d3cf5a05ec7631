// Says that scripts run, before the body is painted: components of govuk-frontend ask for these classes.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
