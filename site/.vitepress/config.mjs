/** The documents of the repository as a site of static pages, in English and Chinese. */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { linksBetweenPages } from './links.mjs';
import { NAV, SIDEBAR } from './navigation.mjs';
import { addressOf, PAGES } from './pages.mjs';
import { tokenize } from './search.mjs';
import { slugOf } from './slugs.mjs';

const here = fileURLToPath(new URL('..', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** On a phone long names and addresses break, and code scrolls; indented code looks as fenced code does. */
const STYLE = `
.vp-doc { overflow-wrap: anywhere }
.vp-doc th, .vp-doc td code { overflow-wrap: normal }
.vp-doc pre { overflow-x: auto }
.vp-doc > div > pre { background: var(--vp-code-block-bg); border-radius: 8px; padding: 16px 24px; font-size: 14px }
`;

/** The pages lie outside of this folder, so that Vite does not find its packages from there. */
function resolveId(source, importer, options) {
  if (!/^vue(\/|$)/.test(source)) return null;
  if (options.ssr) return { id: source, external: true };
  const page = importer?.startsWith(root) && !importer.startsWith(here);
  return page ? this.resolve(source, `${here}package.json`, { ...options, skipSelf: true }) : null;
}

export default defineConfig({
  title: 'Fieldgate',
  srcDir: root,
  outDir: `${here}dist`,
  cacheDir: `${here}.vitepress/cache`,
  // What is no page: code, and packs' own documents.
  srcExclude: ['{functions,infra,shared,test,dist,coverage,cdk.out}/**', '.*/**', 'site/**'],
  rewrites: Object.fromEntries(PAGES.map((page) => [page, addressOf(page)])),
  // The pages are checked as they were built, with the places in them: see check.mjs.
  ignoreDeadLinks: true,
  lastUpdated: false,
  head: [['style', {}, STYLE]],
  markdown: { config: linksBetweenPages, anchor: { slugify: slugOf } },
  vite: {
    plugins: [{ name: 'packages-of-the-site', enforce: 'pre', resolveId }],
    esbuild: { tsconfigRaw: '{}' },
  },
  locales: {
    root: { label: 'English', lang: 'en', themeConfig: { nav: NAV.en, sidebar: SIDEBAR.en } },
    zh: {
      label: '中文',
      lang: 'zh-CN',
      description: '按用途提供、先留痕后解密的数据网关',
      themeConfig: {
        nav: NAV.zh,
        sidebar: SIDEBAR.zh,
        outline: { label: '本页' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '外观',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '语言',
      },
    },
  },
  themeConfig: {
    // A page in one language has none of the same address in the other.
    i18nRouting: false,
    search: { provider: 'local', options: { miniSearch: { options: { tokenize } } } },
  },
});
