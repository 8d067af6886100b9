/** People of the sample offices. All of them are made up. */

import type { Text } from '../../../shared/language.ts';

export interface SamplePerson {
  /** Their login name: their `sub`, and their name in the log. */
  id: string;
  name: Text;
  roles: readonly ('auditor' | 'steward' | 'clerk' | 'officer' | 'supervisor')[];
  /** Client id of their office. */
  office: string;
}

/** Two for each office with people. The second one of an office that has cases supervises it. */
const ROWS: readonly [string, string, string, SamplePerson['roles'][number], string][] = [
  ['wang.fang', 'Wang Fang', '王芳', 'auditor', 'audit-office'],
  ['gao.yuan', 'Gao Yuan', '高远', 'auditor', 'audit-office'],
  ['li.na', 'Li Na', '李娜', 'steward', 'steward-office'],
  ['chen.jie', 'Chen Jie', '陈杰', 'steward', 'steward-office'],
  ['zhao.min', 'Zhao Min', '赵敏', 'clerk', 'mca-county'],
  ['zhou.qin', 'Zhou Qin', '周琴', 'clerk', 'mca-county'],
  ['sun.lei', 'Sun Lei', '孙磊', 'clerk', 'edu-county'],
  ['zhang.wei', 'Zhang Wei', '张伟', 'officer', 'edu-county'],
  ['he.ping', 'He Ping', '何平', 'officer', 'mca-neighbour'],
  ['luo.yan', 'Luo Yan', '罗燕', 'officer', 'mca-neighbour'],
  ['liu.yang', 'Liu Yang', '刘洋', 'officer', 'mps-county'],
  ['huang.lei', 'Huang Lei', '黄磊', 'officer', 'mps-county'],
  ['tian.yu', 'Tian Yu', '田雨', 'officer', 'school-second'],
  ['ren.jie', 'Ren Jie', '任洁', 'officer', 'school-second'],
  ['lei.ting', 'Lei Ting', '雷婷', 'officer', 'welfare-home'],
  ['mo.ran', 'Mo Ran', '莫然', 'officer', 'welfare-home'],
  ['ma.lin', 'Ma Lin', '马琳', 'officer', 'health-hospital'],
  ['zhu.hong', 'Zhu Hong', '朱红', 'officer', 'health-hospital'],
  ['xu.jing', 'Xu Jing', '徐静', 'officer', 'cdpf-county'],
  ['guo.tao', 'Guo Tao', '郭涛', 'officer', 'cdpf-county'],
  ['wu.jun', 'Wu Jun', '吴军', 'officer', 'court-county'],
  ['lin.yu', 'Lin Yu', '林宇', 'officer', 'court-county'],
  ['feng.xue', 'Feng Xue', '冯雪', 'officer', 'procuratorate-county'],
  ['deng.bo', 'Deng Bo', '邓博', 'officer', 'procuratorate-county'],
  ['song.jia', 'Song Jia', '宋佳', 'officer', 'finance-county'],
  ['tang.rui', 'Tang Rui', '唐睿', 'officer', 'finance-county'],
  ['cao.ming', 'Cao Ming', '曹明', 'officer', 'league-county'],
  ['peng.fei', 'Peng Fei', '彭飞', 'officer', 'league-county'],
  ['chen.jing', 'Chen Jing', '陈静', 'clerk', 'desk-county'],
  ['yang.lan', 'Yang Lan', '杨兰', 'clerk', 'desk-county'],
  ['shen.yi', 'Shen Yi', '沈怡', 'officer', 'charity-sunrise'],
  ['jiang.nan', 'Jiang Nan', '江南', 'officer', 'charity-sunrise'],
  ['pan.hui', 'Pan Hui', '潘慧', 'officer', 'charity-harbour'],
  ['du.wen', 'Du Wen', '杜文', 'officer', 'charity-harbour'],
  ['ye.qing', 'Ye Qing', '叶青', 'officer', 'platform-lantern'],
  ['su.hao', 'Su Hao', '苏浩', 'officer', 'platform-lantern'],
  ['lu.ming', 'Lu Ming', '陆鸣', 'officer', 'press-office'],
  ['bai.xue', 'Bai Xue', '白雪', 'officer', 'press-office'],
  ['lu.jia', 'Lu Jia', '卢佳', 'officer', 'court-press'],
  ['jin.hua', 'Jin Hua', '金华', 'officer', 'court-press'],
  ['fan.yu', 'Fan Yu', '范宇', 'officer', 'justice-county'],
  ['shi.lan', 'Shi Lan', '石兰', 'officer', 'justice-county'],
  ['xie.fei', 'Xie Fei', '谢飞', 'officer', 'cyberspace-county'],
  ['dong.li', 'Dong Li', '董丽', 'officer', 'cyberspace-county'],
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

export const SAMPLE_PEOPLE: readonly SamplePerson[] = ROWS.map(([id, en, zh, role, office]) => ({
  id,
  name: { en, zh },
  roles: SUPERVISORS.has(id) ? [role, 'supervisor'] : [role],
  office,
}));
