// Builds what the browser gets, into static/build: style sheets for pages, for documents and for the administration, scripts and icons.
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const modules = join(root, "node_modules");
const out = join(here, "build");

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "assets", "images"), { recursive: true });

for (const [source, target] of [["app.scss", "app.css"], ["pdf.scss", "pdf.css"], ["admin.scss", "admin.css"]]) {
  // compile() throws on an error, so a broken sheet never leaves half a file behind with exit code 0.
  const { css } = compile(join(here, "scss", source), {
    loadPaths: [root],
    style: "compressed",
    quietDeps: true,
    silenceDeprecations: ["import"],
    logger: { warn: () => {} }, // the MoJ sheet calls mixins that govuk-frontend calls old; errors still throw
  });
  writeFileSync(join(out, target), css);
}

// Icons of the MoJ components only: the crown and crest of GOV.UK are not for police services.
cpSync(join(modules, "@ministryofjustice/frontend/moj/assets/images"), join(out, "assets/images"), {
  recursive: true,
  filter: (path) => !/crest|crown|logotype|favicon|apple-touch|og-image/i.test(path),
});
cpSync(join(modules, "govuk-frontend/dist/govuk/govuk-frontend.min.js"), join(out, "govuk-frontend.min.js"));
cpSync(join(modules, "htmx.org/dist/htmx.min.js"), join(out, "htmx.min.js"));
for (const name of readdirSync(join(here, "js"))) cpSync(join(here, "js", name), join(out, name));
