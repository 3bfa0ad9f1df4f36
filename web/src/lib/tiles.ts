/** A tile for every region, all of one size, roughly where the region lies: [column, row]. */

const ROWS = [
  ". . . . . . ISL . . NOR SWE FIN . . . . . . . . . .",
  ". CAN . . . . IRL GBR . DNK . EST . RUS . . . . . . . .",
  ". USA . . . . . . NLD DEU POL LVA BLR . . . . . . . . .",
  ". . . . . . . BEL LUX CZE SVK LTU UKR . KAZ . . . . . . .",
  ". MEX . . . . . FRA CHE AUT HUN ROU . . . . . . KOR JPN . .",
  ". . CRI . . . PRT ESP ITA SVN HRV BGR TUR . . . CHN HKG TWN . . .",
  ". . . COL . . . . MLT . GRC CYP . . . PAK IND BGD . . . .",
  ". . . PER BRA . . MAR TUN . EGY . ISR JOR . . . MMR LAO VNM . .",
  ". . . CHL ARG . SEN CIV NGA CMR . . . SAU ARE . . . THA KHM PHL .",
  ". . . . . . . . STP COD . . . . . . . . MYS BRN . .",
  ". . . . . . . . . AGO . . . . . . . . SGP IDN . .",
  ". ROW . . . . . . . . ZAF . . . . . . . . . AUS NZL",
];

export const TILES: ReadonlyMap<string, readonly [number, number]> = new Map(
  ROWS.flatMap((line, row) =>
    line.split(" ").flatMap((code, column) => (code === "." ? [] : [[code, [column, row]] as const])),
  ),
);
export const TILE_COLUMNS = 22;
export const TILE_ROWS = ROWS.length;
