import type { insight as english } from '../en/insight.ts';
import type { Twin } from '../typed.ts';

export const insight: Twin<typeof english> = {
  routes: {
    'POST /v1/statistics': '按策略所列维度统计人数，十人以上，并取整',
    'POST /v1/leak-checks': '核查他处发现的文本是否指向在册人员：是或者否',
    'POST /v1/posting-checks': '仅凭名单的形式，判断哪些列不得公示',
  },
  members: {
    areas: ['地区', '地区代码或者其前缀；缺省为调用方的地区'],
    'answer.areas': ['地区', '各地区的人数'],
    'answer.by': ['维度', '各格的维度：所求维度及其上级'],
    'body.by': ['维度', '计数所依的策略维度；缺省为各县人数'],
    'findings.by': ['依据', '由列名 `heading` 还是值 `values` 看出'],
    candidates: ['文本', '可能指向某人的文本：号码、姓名、电话、地址，或者名单中的行'],
    cells: ['格', '人数；没有的格为无人、人数过少，或者会推知人数过少的格'],
    columns: ['列', '对各列的认定，按名单顺序；没有认定的列可以公示'],
    'body.columns': ['列', '名单的各列'],
    'cells.count': ['人数', '取整后的人数'],
    countedAt: ['计数时间', '计数的时间，RFC 3339，UTC'],
    findings: ['认定', '该列不得公示的原因'],
    heading: ['列名', '该列的列名'],
    'findings.kind': ['种类', '该列看来所含数据的种类'],
    'findings.label': ['名称', '该种类的名称，按语言标签'],
    may: ['可以公示', '仅凭形式判断是否可以公示'],
    results: ['结果', '按文本顺序：`MATCH`、`NEAR`（可能指向某人）或者 `NO_MATCH`'],
    'cells.values': ['取值', '该格在各维度的取值'],
    'columns.values': ['值', '该列的值；没有的，仅凭列名判断'],
    'findings.values': ['值数', '看出该种类的值数'],
  },
};
