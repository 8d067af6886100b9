/** `fieldgate build`. */
export const build = {
  group: 'compare releases with their source',
  what: 'build a commit again, and compare with what the key of releases signed and the log says (needs no token)',
  commit: 'what the folder has checked out',
  builds: 'the file of signed builds, if it is not read from the log; then the log is not asked',
  source: 'a checkout of the commit, after npm ci',
  context: 'settings of the deployment that decide what is packed, such as pack=… or codeCache=…',
  noCommit: (folder: string, commit: string) =>
    `Can't be checked here: ${folder} is no clone that has ${commit}.`,
  otherCommit: (folder: string, commit: string) =>
    `Can't be checked here: ${folder} has another commit checked out. In it: git checkout ${commit} && npm ci`,
  changed: (folder: string) => `Can't be checked here: files in ${folder} differ from the commit.`,
  lacking: (folder: string, name: string) =>
    `Can't be checked here: ${name} in ${folder} is not what the lock file names. In it: npm ci`,
  notBuilt: "Can't be checked here: the commit could not be built. What failed stands above.",
  equal: (commit: string, release: string) =>
    `Equal: what was signed as ${release} was built from ${commit}.`,
  different: (commit: string, release: string, names: readonly string[]) =>
    `Different: what was signed as ${release} is not what ${commit} gives here: ${names.join(', ')}. Are the settings (-c) those of the deployment?`,
  unsigned: (commit: string) => `Not signed: the key of releases signed no build of ${commit}.`,
  archives: (commit: string) =>
    `Packages are those of ${commit}. Archives can't be checked here: a signature of AWS, or another zip, changes their bytes.`,
  otherBuilder: (commit: string, builder: string, here: string) =>
    `${commit} can't be checked here: the release was built with ${builder}, this is ${here}, and code caches differ.`,
  columns: ['function', 'package', 'archive', 'in the log'],
  states: { equal: 'equal', different: 'different', unchecked: "can't be checked here" },
  since: (version: string, time: string) => `${version} since ${time}`,
  never: 'never',
};
