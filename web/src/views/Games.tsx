/** Games: what states would choose. A tariff war to its end, and the bloc that every country would join. */

import type { JSX } from "preact";
import { Sides } from "./Sides";
import { TariffWar } from "./TariffWar";

export function Games(): JSX.Element {
  return (
    <>
      <h1>If states could choose</h1>
      <p class="lede">
        A scenario says what happens. A game asks what each government would do if it only minded its own economy and
        knew that the others do so too. It takes a minute or two.
      </p>
      <TariffWar />
      <Sides />
    </>
  );
}
