/**
 * Whether one of the areas contains the county or lies within it. The code of an area begins with that of the
 * wider area.
 */
export function touchesCounty(areas: readonly string[], county: string): boolean {
  return areas.some((area) => county.startsWith(area) || area.startsWith(county));
}
