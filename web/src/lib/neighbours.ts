/** Moves a focus across a map with the arrow keys: the nearest place in the direction of the key. */

export interface Place {
  code: string;
  x: number;
  y: number;
}

const SIDEWAYS = 2.2; // how far aside of its direction a key may lead, per step along it

const DIRECTIONS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The next place from `from` for a key; null if the key is no arrow or nothing lies that way. */
export function nextPlace(places: readonly Place[], from: string, key: string): string | null {
  const direction = DIRECTIONS[key];
  const here = places.find((place) => place.code === from);
  if (!direction || !here) return null;
  const [dx, dy] = direction;
  let best: string | null = null;
  let least = Infinity;
  for (const place of places) {
    const along = (place.x - here.x) * dx + (place.y - here.y) * dy;
    const across = Math.abs((place.x - here.x) * dy) + Math.abs((place.y - here.y) * dx);
    if (along <= 0.5 || across > SIDEWAYS * along || place.code === from) continue;
    const cost = along + 2.5 * across;
    if (cost < least) {
      least = cost;
      best = place.code;
    }
  }
  return best;
}
