import type * as english from '../en/build.ts';

export const build = {
  group: '比对发布版本与源代码',
  what: '重新构建某一提交，并与发布密钥所签的构建及日志所载比对（无需令牌）',
  commit: '该目录所检出的提交',
  builds: '已签名的构建文件；给出后不读日志，也不查日志',
  source: '该提交的检出目录，须已执行 npm ci',
  context: '部署时影响打包的设置，如 pack=… 或 codeCache=…',
  noCommit: (folder, commit) => `此处无法核对：${folder} 不是含有 ${commit} 的克隆。`,
  otherCommit: (folder, commit) => `此处无法核对：${folder} 检出的是另一提交。请在其中检出 ${commit}，并按锁定文件安装依赖。`,
  changed: (folder) => `此处无法核对：${folder} 中有文件与该提交不同。`,
  lacking: (folder, name) => `此处无法核对：${folder} 中的 ${name} 与锁定文件不符。请按锁定文件安装依赖。`,
  notBuilt: '此处无法核对：该提交未能构建成功，原因见上。',
  equal: (commit, release) => `一致：由 ${commit} 构建所得，即发布密钥作为 ${release} 所签的内容。`,
  different: (commit, release, names) => `不一致：作为 ${release} 签名的内容与此处由 ${commit} 构建所得不同：${names.join('、')}。请核对 -c 的设置是否与部署时相同。`,
  unsigned: (commit) => `未签名：发布密钥没有签过 ${commit} 的构建。`,
  archives: (commit) => `程序包与 ${commit} 一致。代码包在此处无法核对：AWS 的签名或不同的压缩程序会改变其字节。`,
  otherBuilder: (commit, builder, here) => `此处无法核对 ${commit}：该版本由 ${builder} 构建，本机为 ${here}，二者的代码缓存不同。`,
  columns: ['函数', '程序包', '代码包', '日志所载'],
  states: { equal: '一致', different: '不一致', unchecked: '此处无法核对' },
  since: (version, time) => `${version} 自 ${time}`,
  never: '从未',
} satisfies typeof english.build;
