import type { forms as English } from '../forms.ts';
import type { Like } from '../texts.ts';
import type { Wanted, Wrong } from '../wanted.ts';

export const forms: Like<typeof English> = {
  wrong: (wrong: Wrong, wants: Wanted) => `${WRONG[wrong]}；应为${expected(wants)}`,
  unknownNear: (nearest: string | null) => (nearest === null ? '没有这个信息项' : `没有这个信息项，最接近的是 ${nearest}`),
  matchKeys: (known: readonly string[]) => `不是匹配项；可用于指明当事人的有 ${known.join('、')}`,
  keyForm: (wants: Wanted) => `MALFORMED：应为${expected(wants)}；没有进行查询`,
  checkFails: (code: string) => `${code}：号码未通过校验，没有进行查询`,
};

const WRONG: Record<Wrong, string> = {
  type: '内容的类型不对',
  blank: '文本为空，或者不是有效的 Unicode',
  long: '文本过长',
  pattern: '文本的格式不对',
  values: '不是允许的值',
  day: '没有这一天',
  range: '数值超出范围',
  many: '列表过长',
  missing: '缺少这一成员',
  unknown: '没有这一成员',
};

function expected(wants: Wanted): string {
  switch (wants.is) {
    case 'text': {
      const text = `不超过 ${wants.max} 个字的文本`;
      if (wants.example !== undefined) return `${text}，例如 ${wants.example}`;
      return wants.pattern === undefined ? text : `${text}，格式为 ${wants.pattern}`;
    }
    case 'one of':
      return ` ${wants.values.join('、')} 之一`;
    case 'date':
      return '日期，写作 YYYY-MM-DD';
    case 'month':
      return '月份，写作 YYYY-MM';
    case 'boolean':
      return ' true 或 false';
    case 'number':
      return ` ${wants.min} 至 ${wants.max} 之间的数`;
    case 'list':
      return `至多 ${wants.max} 项的列表，每项为${expected(wants.of)}`;
    case 'either':
      return wants.of.map(expected).join('，或为');
    case 'record': {
      const needed = Object.keys(wants.members).filter((name) => !wants.optional.includes(name));
      const may = wants.optional.length > 0 ? `，可另有 ${wants.optional.join('、')}` : '';
      return needed.length === 0 ? `对象${may}` : `含有 ${needed.join('、')} 的对象${may}`;
    }
  }
}
