/** The minerals: who leads, what is controlled, and a page for each with its price, uses and what a ban would do. */

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { change as signed, gained, known, short, type Figure } from "../lib/format";
import { Lines } from "../parts/Lines";
import { RankBars } from "../parts/RankBars";
import { regionName, sectorName } from "../state/lab";
import { useFetched } from "../state/fetched";

interface Mineral {
  symbol: string;
  name: string;
  leader: string | null;
  leader_share: number | null;
  price: number | null;
  price_year: number | null;
  price_unit: string;
  control: string | null;
  control_since: string | null;
  missing: string[];
}

interface MineralPage extends Mineral {
  stage: string;
  unit: string;
  by_product_of: string | null;
  prices: Record<string, number>;
  production: { country: string; share: number; tonnes: number | null }[];
  uses: { industry: string; share: number; range: [number, number]; source: string }[];
  announcements: { announced: string; effective: string; instrument: string; target: string; status: string }[];
  trade: unknown;
  ban: null | {
    by: string;
    price_outside: Figure[];
    price_outside_low: Figure[];
    price_outside_high: Figure[];
    price_inside: Figure[];
    welfare: { region: string; percent: number; usd_mn: number }[];
    world_usd_mn: number;
  };
}

const chosen = signal("Ga");

export function Minerals(): JSX.Element {
  const list = useFetched<{ minerals: Mineral[] }>(() => ({ path: "/api/minerals" }));
  const all = list.value.value?.minerals ?? [];
  return (
    <>
      <h1>Minerals</h1>
      <p class="lede">
        Small markets that large industries stand on. Who refines, what is under control, what it costs, and what a full
        stop of the leader’s exports would do, month by month.
      </p>
      {list.value.problem ? (
        <p class="warn" role="alert">
          {list.value.problem}
        </p>
      ) : null}
      <div class="picker" role="group" aria-label="Mineral">
        {all.map((one) => (
          <button
            key={one.symbol}
            type="button"
            class={one.control ? "element controlled" : "element"}
            aria-pressed={one.symbol === chosen.value}
            title={`${one.name}${one.control ? `: ${one.control}` : ""}`}
            onClick={() => {
              chosen.value = one.symbol;
            }}
          >
            <b>{one.symbol}</b>
            <span>{one.name}</span>
          </button>
        ))}
      </div>
      <p class="note">Marked: under Chinese export control or announced.</p>
      <One />
    </>
  );
}

function One(): JSX.Element | null {
  const page = useFetched<MineralPage>(() => ({ path: `/api/minerals/${encodeURIComponent(chosen.value)}?ban=true` }));
  const { value: found, busy, problem } = page.value;
  if (problem)
    return (
      <p class="warn" role="alert">
        {problem}
      </p>
    );
  if (!found) return <p role="status">Solving the market and what it does to the world economy…</p>;
  const years = Object.keys(found.prices).map(Number).sort();
  return (
    <section class={busy ? "panel busy" : "panel"} aria-labelledby="mineral">
      <h2 id="mineral">
        {found.name.charAt(0).toUpperCase() + found.name.slice(1)} ({found.symbol})
      </h2>
      <p>
        {found.leader ? (
          <>
            {regionName(found.leader)} makes {Math.round(100 * (found.leader_share ?? 0))}% of the world’s{" "}
            {found.stage === "mining" ? "mine output" : "output"}.{" "}
          </>
        ) : null}
        {found.by_product_of ? <>A by-product of {found.by_product_of}. </> : null}
        {found.control ? (
          <>
            Under {found.control}
            {found.control_since ? ` since ${found.control_since}` : ""}.{" "}
          </>
        ) : (
          <>Under no export control of China. </>
        )}
        {known(found.price) ? (
          <>
            Price in {found.price_year}: {short(found.price)} {found.price_unit}.{" "}
          </>
        ) : null}
        {found.missing.length > 0 ? <span class="warn">Not published: {found.missing.join(", ")}.</span> : null}
      </p>
      <div class="two">
        {years.length > 1 ? (
          <div>
            <h3>Price</h3>
            <Lines
              years={years}
              series={[{ name: found.symbol, values: years.map((one) => found.prices[String(one)] ?? null) }]}
              unit={found.price_unit}
              label={`Price of ${found.name}`}
              height={200}
            />
          </div>
        ) : null}
        <div>
          <h3>Who makes it</h3>
          <RankBars
            rows={found.production.slice(0, 8).map((one) => ({
              code: one.country,
              name: regionName(one.country),
              value: one.share,
              text: `${(100 * one.share).toFixed(1)}%`,
              second: known(one.tonnes) ? `${short(one.tonnes)} t` : "",
            }))}
            reach={1}
            label="Shares of production"
            neutral
          />
          <h3 class="spaced">Where it goes</h3>
          <RankBars
            rows={found.uses.map((one) => ({
              code: one.industry,
              name: sectorName(one.industry),
              value: one.share,
              text: `${Math.round(100 * one.share)}%`,
              second: `${Math.round(100 * one.range[0])}–${Math.round(100 * one.range[1])}%`,
            }))}
            reach={1}
            label="Shares of use"
            neutral
          />
        </div>
      </div>
      {found.ban ? <Ban ban={found.ban} name={found.name} /> : null}
      {found.announcements.length > 0 ? (
        <>
          <h3 class="spaced">Controls</h3>
          <ul class="acts">
            {found.announcements.map((one) => (
              <li key={one.announced + one.instrument}>
                {one.effective || one.announced}: {one.instrument}, on {one.target === "all" ? "everybody" : one.target}{" "}
                ({one.status})
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {typeof found.trade === "string" ? <p class="note">{found.trade}.</p> : null}
    </section>
  );
}

function Ban({ ban, name }: { ban: NonNullable<MineralPage["ban"]>; name: string }): JSX.Element {
  const months = ban.price_outside.map((_, n) => n + 1);
  const losers = [...ban.welfare].sort((a, b) => a.usd_mn - b.usd_mn).slice(0, 8);
  const widest = Math.max(1e-9, ...losers.map((one) => Math.abs(one.usd_mn)));
  return (
    <>
      <h3 class="spaced">
        If {regionName(ban.by)} sold none of its {name} abroad
      </h3>
      <div class="two">
        <div>
          <Lines
            years={months}
            series={[
              {
                name: "outside",
                values: ban.price_outside,
                low: ban.price_outside_low,
                high: ban.price_outside_high,
                tone: "tone-b",
              },
              { name: "inside", values: ban.price_inside, tone: "tone-a" },
            ]}
            unit="price over the base, by month"
            label={`Price of ${name} outside and inside ${regionName(ban.by)}, times the base, by month`}
            say={(value) => `${short(value)}×`}
            height={220}
          />
          <p class="note">Band: 5th to 95th percentile of the posterior.</p>
        </div>
        <div>
          <h4>Who would lose most in the first year, US$</h4>
          <RankBars
            rows={losers.map((one) => ({
              code: one.region,
              name: regionName(one.region),
              value: one.usd_mn,
              text: gained(one.usd_mn).replace("US$\u00a0", ""),
              second: signed(one.percent),
            }))}
            reach={widest}
            label="Largest losses of welfare"
          />
          <p class="note">
            Welfare, US$ and % of what the region spends. The world as a whole: {gained(ban.world_usd_mn)}.
          </p>
        </div>
      </div>
    </>
  );
}
