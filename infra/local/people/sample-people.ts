/** People of the sample offices. All of them are made up. */

import type { Text } from '../../../shared/language.ts';

export interface SamplePerson {
  /** Their login name: their `sub`, and their name in the log. */
  id: string;
  name: Text;
  /** What the person may do (`audit`, `steward`, `casework`, `release`, `verify`), and the roles that the pack knows. */
  roles: readonly string[];
  /** Client id of their office. */
  office: string;
}

/** Two for each office with people. The second one of an office that has cases supervises it. */
const ROWS: readonly [string, string, string, string, string][] = [
  ['wang.fang', 'Wang Fang', '王芳', 'audit', 'audit-office'],
  ['gao.yuan', 'Gao Yuan', '高远', 'audit', 'audit-office'],
  ['li.na', 'Li Na', '李娜', 'steward', 'steward-office'],
  ['chen.jie', 'Chen Jie', '陈杰', 'steward', 'steward-office'],
  ['zhao.min', 'Zhao Min', '赵敏', 'casework', 'mca-county'],
  ['zhou.qin', 'Zhou Qin', '周琴', 'casework', 'mca-county'],
  ['sun.lei', 'Sun Lei', '孙磊', 'casework', 'edu-county'],
  ['zhang.wei', 'Zhang Wei', '张伟', 'casework', 'edu-county'],
  ['he.ping', 'He Ping', '何平', 'casework', 'mca-neighbour'],
  ['luo.yan', 'Luo Yan', '罗燕', 'casework', 'mca-neighbour'],
  ['liu.yang', 'Liu Yang', '刘洋', 'casework', 'mps-county'],
  ['huang.lei', 'Huang Lei', '黄磊', 'casework', 'mps-county'],
  ['tian.yu', 'Tian Yu', '田雨', 'casework', 'school-second'],
  ['ren.jie', 'Ren Jie', '任洁', 'casework', 'school-second'],
  ['lei.ting', 'Lei Ting', '雷婷', 'casework', 'welfare-home'],
  ['mo.ran', 'Mo Ran', '莫然', 'casework', 'welfare-home'],
  ['ma.lin', 'Ma Lin', '马琳', 'casework', 'health-hospital'],
  ['zhu.hong', 'Zhu Hong', '朱红', 'casework', 'health-hospital'],
  ['xu.jing', 'Xu Jing', '徐静', 'casework', 'cdpf-county'],
  ['guo.tao', 'Guo Tao', '郭涛', 'casework', 'cdpf-county'],
  ['wu.jun', 'Wu Jun', '吴军', 'casework', 'court-county'],
  ['lin.yu', 'Lin Yu', '林宇', 'casework', 'court-county'],
  ['feng.xue', 'Feng Xue', '冯雪', 'casework', 'procuratorate-county'],
  ['deng.bo', 'Deng Bo', '邓博', 'casework', 'procuratorate-county'],
  ['song.jia', 'Song Jia', '宋佳', 'casework', 'finance-county'],
  ['tang.rui', 'Tang Rui', '唐睿', 'casework', 'finance-county'],
  ['cao.ming', 'Cao Ming', '曹明', 'casework', 'league-county'],
  ['peng.fei', 'Peng Fei', '彭飞', 'casework', 'league-county'],
  ['chen.jing', 'Chen Jing', '陈静', 'casework', 'desk-county'],
  ['yang.lan', 'Yang Lan', '杨兰', 'casework', 'desk-county'],
  ['shen.yi', 'Shen Yi', '沈怡', 'casework', 'charity-sunrise'],
  ['jiang.nan', 'Jiang Nan', '江南', 'casework', 'charity-sunrise'],
  ['pan.hui', 'Pan Hui', '潘慧', 'casework', 'charity-harbour'],
  ['du.wen', 'Du Wen', '杜文', 'casework', 'charity-harbour'],
  ['ye.qing', 'Ye Qing', '叶青', 'casework', 'platform-lantern'],
  ['su.hao', 'Su Hao', '苏浩', 'casework', 'platform-lantern'],
  ['lu.ming', 'Lu Ming', '陆鸣', 'casework', 'press-office'],
  ['bai.xue', 'Bai Xue', '白雪', 'casework', 'press-office'],
  ['lu.jia', 'Lu Jia', '卢佳', 'casework', 'court-press'],
  ['jin.hua', 'Jin Hua', '金华', 'casework', 'court-press'],
  ['fan.yu', 'Fan Yu', '范宇', 'casework', 'justice-county'],
  ['shi.lan', 'Shi Lan', '石兰', 'casework', 'justice-county'],
  ['xie.fei', 'Xie Fei', '谢飞', 'casework', 'cyberspace-county'],
  ['dong.li', 'Dong Li', '董丽', 'casework', 'cyberspace-county'],
];

const SUPERVISORS = new Set([
  'zhou.qin',
  'luo.yan',
  'huang.lei',
  'mo.ran',
  'zhu.hong',
  'guo.tao',
  'peng.fei',
  'shi.lan',
]);

/** Those who ask at the console, by office. */
const ASKS: Readonly<Record<string, readonly [action: string, ...people: string[]]>> = {
  'edu-county': ['release', 'zhang.wei'],
  'mca-county': ['release', 'zhou.qin'],
  'school-second': ['release', 'tian.yu', 'ren.jie'],
  'welfare-home': ['release', 'lei.ting', 'mo.ran'],
  'charity-sunrise': ['verify', 'shen.yi', 'jiang.nan'],
  'charity-harbour': ['verify', 'pan.hui', 'du.wen'],
  'platform-lantern': ['verify', 'ye.qing', 'su.hao'],
};

function rolesOf(id: string, role: string, office: string): string[] {
  const [action = '', ...askers] = ASKS[office] ?? [];
  return [role, ...(SUPERVISORS.has(id) ? ['supervisor'] : []), ...(askers.includes(id) ? [action] : [])];
}

export const SAMPLE_PEOPLE: readonly SamplePerson[] = ROWS.map(([id, en, zh, role, office]) => ({
  id,
  name: { en, zh },
  roles: rolesOf(id, role, office),
  office,
}));
