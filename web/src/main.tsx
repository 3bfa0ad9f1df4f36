/** Starts the page: token out of the address, theme, what the server offers, then the lab. */

import { render } from "preact";
import "./style/tokens.css";
import "./style/layout.css";
import "./style/controls.css";
import "./style/figures.css";
import { App } from "./views/App";
import { start } from "./state/start";

render(<App />, document.getElementById("lab") as HTMLElement);
void start();
