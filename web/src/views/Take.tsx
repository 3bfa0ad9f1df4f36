/** Take it with you: link, files, and the lines that give the same numbers in Python and in a shell. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { sentence } from "../api/client";
import type { YamlDocument } from "../api/types";
import { fileOf, pngOf, save } from "../lib/save";
import { Dialog } from "../parts/Dialog";
import { useFetched } from "../state/fetched";
import { chosenYear, compiled, metric, scenario } from "../state/lab";
import { shareLink } from "../state/address";

interface Offer {
  file: string;
  label: string;
  yearly?: boolean;
}

const FILES: { title: string; offers: Offer[] }[] = [
  { title: "Scenario and results", offers: [{ file: "scenario.yaml", label: "Scenario, YAML" }, { file: "outcome.json", label: "Results, JSON" }, { file: "report.html", label: "Report, HTML" }, { file: "tables.xlsx", label: "All tables, Excel" }] },
  { title: "Tables, CSV", offers: [{ file: "regions.csv", label: "Regions" }, { file: "sectors.csv", label: "Industries" }, { file: "bilateral.csv", label: "Bilateral trade" }, { file: "rerouting.csv", label: "Rerouting" }] },
  { title: "Figures", offers: ["map", "winners", "paths", "sectors", "rerouting", "sankey"].flatMap((name) => [{ file: `${name}.svg`, label: `${name[0]?.toUpperCase()}${name.slice(1)}, SVG`, yearly: true }, { file: `${name}.png`, label: "PNG", yearly: true }]) },
];

export function Take({ onClose }: { onClose: () => void }): JSX.Element {
  const body = scenario.value;
  const yaml = useFetched<YamlDocument>(() => ({ path: "/api/yaml", body }));
  const busy = useSignal("");
  const problem = useSignal("");
  const take = async (offer: Offer): Promise<void> => {
    busy.value = offer.file;
    problem.value = "";
    try {
      const query = offer.yearly ? `?year=${chosenYear.value}&metric=${metric.value}` : "";
      const stem = `${body.name}-${chosenYear.value}`;
      const name = offer.file === "scenario.yaml" ? `${body.name}.yaml` : offer.yearly ? `${stem}-${offer.file}` : `${body.name}-${offer.file}`;
      const blob = offer.file === "map.png" ? await pngOf(await fileOf("map.svg", body, query)) : await fileOf(offer.file, body, query);
      save(blob, name);
    } catch (error) {
      problem.value = sentence(error);
    }
    busy.value = "";
  };
  return (
    <Dialog title="Share, download, reproduce" onClose={onClose} wide>
      <Link />
      {problem.value ? <p class="warn" role="alert">{problem.value}</p> : null}
      <div class="offers">
        {FILES.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <ul>
              {group.offers.map((offer) => (
                <li key={offer.file}>
                  <button type="button" class="small" data-file={offer.file} disabled={busy.value !== ""} onClick={() => void take(offer)}>{busy.value === offer.file ? "…" : offer.label}<span class="hidden"> {offer.file}</span></button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <p class="note">Tables hold every digit of <code>blocs run</code>. Figures are of {chosenYear.value}.</p>
      {yaml.value.value ? <Code found={yaml.value.value} /> : yaml.value.problem ? <p class="warn">{yaml.value.problem}</p> : null}
    </Dialog>
  );
}

function Link(): JSX.Element {
  const copied = useSignal(false);
  const link = shareLink();
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(link);
    copied.value = true;
  };
  return (
    <section>
      <h3>Link</h3>
      <div class="row">
        <input class="grow mono" type="text" readOnly aria-label="Link to this scenario" value={link} onFocus={(event) => event.currentTarget.select()} />
        <button type="button" class="primary" onClick={() => void copy()}>{copied.value ? "Copied" : "Copy"}</button>
      </div>
      <p class="note">It holds only what differs from {compiled.value.scenario.measures.length > 0 ? "the presets" : "the default"}, and no token: whoever opens it needs a lab of their own (<code>blocs serve</code>), and puts the part from # on behind its address.</p>
    </section>
  );
}

function Code({ found }: { found: YamlDocument }): JSX.Element {
  return (
    <section>
      <h3>Reproduce in Python</h3>
      <Block text={found.python} label="Python" />
      <h3>In a shell</h3>
      <Block text={found.command} label="shell command" />
      <details open>
        <summary>{found.file}</summary>
        <Block text={found.yaml} label="scenario file" />
      </details>
    </section>
  );
}

function Block({ text, label }: { text: string; label: string }): JSX.Element {
  const copied = useSignal(false);
  return (
    <div class="code">
      <pre tabIndex={0} aria-label={label}>{text}</pre>
      <button type="button" class="small" aria-label={`Copy the ${label}`} onClick={() => void navigator.clipboard.writeText(text).then(() => { copied.value = true; })}>{copied.value ? "Copied" : "Copy"}</button>
    </div>
  );
}
