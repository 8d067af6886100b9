import type { sources as english } from '../en/sources.ts';
import type { Twin } from '../typed.ts';

export const sources: Twin<typeof english> = {
  routes: {
    'POST /v1/sources': '上报本单位数据库的一次同步：只有数目和代码，不含任何一行的内容',
    'GET /v1/sources': '各单位同步所用的数据库及其最近一次同步：本单位的；审计人员可见全部单位的',
  },
  members: {
    sources: ['数据源', '各数据源，按单位和名称排序'],
    source: ['数据源', '数据源在本单位对应表中的名称'],
    'query.agency': ['单位', '仅该单位的'],
    every: ['间隔', '服务两次同步之间的分钟数；只手工同步的为 `null`'],
    'body.every': ['间隔', '服务两次同步之间的分钟数；不再有服务时为 0；缺省为同前'],
    since: ['首次', '首次上报的时间，RFC 3339，UTC'],
    good: ['最近成功', '最近一次成功同步的时间，RFC 3339，UTC；从未成功的为 `null`'],
    silent: ['中断起于', '其服务中断已超出策略所许时长的，为中断起始时间，RFC 3339，UTC；否则为 `null`'],
    last: ['最近一次', '最近一次同步'],
    'last.at': ['最近一次', '收到其上报的时间，RFC 3339，UTC'],
    at: ['时间', '收到上报的时间，RFC 3339，UTC'],
    seconds: ['秒数', '本次同步所用的秒数'],
    rows: ['行数', '各类行数；同步在得知行数之前失败的没有此项'],
    read: ['读取', '所读取的行数'],
    added: ['新增', '首次发送的行数'],
    changed: ['变更', '因变更而发送的行数'],
    gone: ['消失', '已消失并清空信息项的行数'],
    same: ['未变', '无须处理的行数'],
    failed: ['被拒', '被网关拒绝的行数'],
    left: ['保留', '已消失而信息项保持原样的行数'],
    faults: ['问题', '按代码计的问题数'],
    failure: ['失败原因', '使同步失败的代码；成功的没有此项'],
  },
};
