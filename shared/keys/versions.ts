/**
 * A setting that names the keys of one use in the order of their versions, separated by spaces: the last
 * makes what is new, the ones before still read what is old. One key alone is version 1.
 * @returns key ARNs; version n stands at n - 1
 */
export function keyVersions(setting: string): string[] {
  return setting.split(' ');
}
