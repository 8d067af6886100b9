/** What stands beside the pages, by who reads them. */

const page = (link, text) => ({ text, link });

const GUIDES = [
  page('/guide/desk', 'At a desk'),
  page('/guide/officer', 'As an officer'),
  page('/guide/charity', 'As a charity'),
  page('/guide/auditor', 'As an auditor'),
  page('/console', 'The console'),
];

export const NAV = {
  en: [page('/start', 'Start'), page('/integrate/client', 'Integrate'), page('/operate/deploy', 'Operate')],
  zh: [page('/zh/start', '在本机运行'), page('/zh/officer', '办理指南')],
};

export const SIDEBAR = {
  en: [
    {
      text: 'Begin',
      items: [
        page('/', 'Fieldgate'),
        page('/start', 'Run it and look around'),
        page('/tour', 'A tour'),
        page('/ten-minutes', 'Your own table'),
      ],
    },
    { text: 'Guides', items: GUIDES },
    {
      text: 'Integrate',
      items: [
        page('/integrate/auth', 'Tokens'),
        page('/integrate/client', 'JavaScript'),
        page('/integrate/python', 'Python'),
        page('/integrate/java', 'Java'),
        page('/integrate/sidecar', 'Any language'),
        page('/integrate/sync', 'From a database'),
        page('/integrate/verify', 'Eligibility'),
        page('/integrate/casework', 'Casework'),
        page('/integrate/files', 'Files as values'),
        page('/clients/python', 'Python package'),
        page('/clients/java', 'Java package'),
      ],
    },
    {
      text: 'Operate',
      items: [
        page('/operate/deploy', 'Deploy'),
        page('/operate/releases', 'Releases'),
        page('/operate/keys', 'Keys'),
        page('/operate/log', 'Log'),
        page('/operate/witnesses', 'Witnesses'),
        page('/operate/alerts', 'Alerts'),
        page('/operate/notify', 'Messages'),
        page('/operate/runbook', 'Runbook'),
        page('/operate/cost', 'Cost'),
        page('/operate/scale', 'Scale'),
        page('/operate/china', 'AWS China'),
        page('/operate/languages', 'Languages'),
      ],
    },
    {
      text: 'Policy and law',
      items: [
        page('/policy', 'Policy packs'),
        page('/write-a-pack', 'Write a pack'),
        page('/law', 'Law'),
        page('/retention', 'Retention'),
      ],
    },
    {
      text: 'Formats',
      collapsed: true,
      items: [
        page('/formats/envelope', 'Envelope'),
        page('/formats/log', 'Log'),
        page('/formats/attestation', 'Attestation'),
        page('/formats/sealed', 'Sealed answers'),
        page('/formats/files', 'Files'),
        page('/formats/catalogue', 'Catalogue'),
      ],
    },
    {
      text: 'Security and design',
      collapsed: true,
      items: [
        page('/security', 'Security'),
        page('/attacks', 'Attacks'),
        page('/reliability', 'Reliability'),
        page('/performance', 'Performance'),
        page('/architecture', 'Architecture'),
        page('/decisions/', 'Decisions'),
        page('/dependencies', 'Dependencies'),
        page('/contributing', 'Contributing'),
        page('/changelog', 'Changes'),
      ],
    },
  ],
  zh: [
    {
      text: '开始',
      items: [
        page('/zh/', 'Fieldgate'),
        page('/zh/start', '在本机运行'),
        page('/zh/ten-minutes', '用自己的数据表'),
      ],
    },
    {
      text: '办理指南',
      items: [
        page('/zh/desk', '服务窗口'),
        page('/zh/officer', '经办人'),
        page('/zh/charity', '慈善组织和求助平台'),
        page('/zh/auditor', '安全审计员'),
        page('/zh/alerts', '告警'),
        page('/zh/notify', '通知'),
        page('/zh/runbook', '运行手册'),
        page('/zh/china', '在中国区域部署'),
        page('/zh/casework', '办理'),
        page('/zh/verify', '资格核验'),
        page('/zh/policy', '策略：阅读和修改'),
        page('/zh/law', '法律对照表'),
        page('/zh/sync', '从数据库同步'),
        page('/zh/sealed', '封装的答复'),
        page('/zh/files', '以文件为值'),
        page('/zh/tour', '控制台的三个工作日'),
      ],
    },
    { text: '英文文档', items: [page('/', 'Fieldgate')] },
  ],
};
