import { initAll } from "./govuk-frontend.min.js";
import "./session.js";

initAll();
