import { expect, test } from "vitest";
import { change, dollars, fixed, gained, listed, MISSING, percent, short } from "../src/lib/format";

// the same cases as blocs.report.words is tested with
test("a change has digits that fit its size and a true minus", () => {
  expect([-12.345, -1.234, 0.0451, 123.4, 1e-9, -1e-9].map(percent)).toEqual(["−12.3%", "−1.23%", "0.045%", "123%", "0.0%", "0.0%"]);
  expect(change(0.5)).toBe("+0.50%");
  expect(change(0)).toBe("0.0%");
});

test("what is not known is a dash, never zero or NaN", () => {
  for (const say of [percent, change, dollars, gained, short]) {
    expect(say(null)).toBe(MISSING);
    expect(say(NaN)).toBe(MISSING);
    expect(say(Infinity)).toBe(MISSING);
  }
});

test("money goes from mn to bn to trn without a gap", () => {
  expect(dollars(-31_200)).toBe("US$\u00a0−31.2\u00a0bn");
  expect(dollars(999.6)).toBe("US$\u00a01.00\u00a0bn");
  expect(dollars(999_700)).toBe("US$\u00a01.00\u00a0trn");
  expect(gained(12)).toBe("US$\u00a0+12\u00a0mn");
});

test("zero has no sign, lists read as sentences", () => {
  expect(fixed(-0.001, 2)).toBe("0.00");
  expect(listed(["a", "b", "c"])).toBe("a, b and c");
  expect(listed([])).toBe("");
});
