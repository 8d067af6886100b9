/**
 * The login page of the local gateway: a choice of sample people. There are no passwords, because all people
 * are made up.
 */
import type { SamplePerson } from '../sample/parties.ts';

/** @param action URL of the form. */
export function loginPage(people: readonly SamplePerson[], action: string): string {
  const buttons = people.map(
    ({ id, name, roles, office }) =>
      `<button name="person" value="${id}"><b>${Object.values(name).join(' ')}</b> ${roles.join(', ')}, ${office}</button>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Log in to the local gateway · 登录本地网关</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}
button{display:block;width:100%;margin:.5rem 0;padding:.6rem 1rem;text-align:left;font:inherit;cursor:pointer}</style>
</head><body><h1>Who are you? · <span lang="zh-Hans">您是谁？</span></h1>
<p>These people are made up, like everything in this gateway, so there are no passwords.</p>
<p lang="zh-Hans">此处人员与本网关的一切数据均为虚构，因此没有密码。</p>
<form method="post" action="${action}">
${buttons.join('\n')}
</form></body></html>`;
}

/** Asks whether the issuer's session is to end, as the standard wants. @param form of the library, without a button */
export function logoutPage(form: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign out · 退出登录</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>Sign out of the local gateway? · <span lang="zh-Hans">退出本地网关？</span></h1>
${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out · <span lang="zh-Hans">退出登录</span></button>
</body></html>`;
}
