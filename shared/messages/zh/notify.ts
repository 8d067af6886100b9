import type { notify as English } from '../notify.ts';
import type { Like } from '../texts.ts';

export const notify: Like<typeof English> = {
  alert: (count: string) => `新告警 ${count} 条`,
  task: (count: string) => `新待办 ${count} 项`,
  second: (count: string) => `待第二人处理的操作 ${count} 项`,
  text: (what: string, office: string | undefined, at: string, link: string) => `${what}${office === undefined ? '' : `（${office}）`}，起始时间 ${at}。\n${link}`,
};
