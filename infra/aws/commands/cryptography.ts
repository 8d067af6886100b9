/**
 * What an assessor of cryptography (GB/T 39786) asks of a gateway: data, algorithm, key, place, module and gap, from what runs.
 * `docs/operate/china.md` says what an operator does about each gap.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suiteFor, suiteNamed } from '../../../shared/crypto/suites.ts';

/** What runs, as it was asked. */
export interface Running {
  /** The settings `cryptography` and `authorization` of the functions; several while a deployment is in progress. */
  cryptography: readonly string[];
  authorization: readonly string[];
  /** Each key by its alias without what all have in common, with its spec. */
  keys: readonly { name: string; spec: string }[];
  kms: 'local' | 'aws' | 'aws-cn';
  /** What makes the functions' own cryptography. */
  module: Words;
  /** Stored data keys by suite, as a sweep has counted them; absent if none was asked. */
  counted?: Counted | undefined;
}

/** Of the job of a sweep. */
interface Counted {
  /** By the number of the suite, and by number and class if it is not the suite in force. */
  suites: Readonly<Record<string, number>>;
}

type Words = readonly [en: string, zh: string];
type Row = readonly [data: Words, algorithm: Words, key: Words, place: Words, module: Words, gap: Words];
const same = (text: string): Words => [text, text];

const NONE: Words = ['none', '无'];
const LAMBDA: Words = ['function', '函数'];

const HEAD: Row = [
  ['data', '数据'],
  ['algorithm', '算法'],
  ['key', '密钥'],
  ['place', '位置'],
  ['module', '密码模块'],
  ['gap', '差距'],
];

/** By the beginning of the key's name. */
const DATA: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['class', ['data keys of records', '记录的数据密钥']],
  [
    'owner',
    ['data keys of records, in the account of their department', '记录的数据密钥（在责任部门的账户中）'],
  ],
  ['index', ['numbers by which a person is found', '检索人员所用的号码']],
  ['leak', ['texts by which a leak is found', '用于查找泄露的文本']],
  ['reference', ['references to a person', '人员引用号']],
  ['nonce', ['server nonces', '服务器随机数']],
  ['token', ['access tokens', '访问令牌']],
  ['answer', ['sealed answers', '封装的答复']],
  ['attestation', ['proofs of eligibility', '资格证明']],
  ['log', ['checkpoints of the log', '日志的检查点']],
  ['national', ['checkpoints of the log', '日志的检查点']],
  ['certificate', ['certificates of writers of the log', '日志写入者的证书']],
  ['writer', ['entries of the log, by their writers', '日志条目（按写入者）']],
  ['tables', ['tables at rest', '静态数据表']],
]);

const JOSE: Words = [
  'no registered SM2 in JOSE: IAM signatures and TLCP in front',
  'JOSE 中没有已登记的 SM2：使用 IAM 签名，前置 TLCP 网关',
];
const OF_LOG: Words = ['format is fixed by C2SP: not SM2', '格式由 C2SP 规定，不是 SM2'];
const SEALED_BEFORE: Words = ['sealed before: fieldgate keys rekey', '此前所封：执行 fieldgate keys rekey'];
const UNCOUNTED: Words = ['not counted: fieldgate keys sweep', '未统计：执行 fieldgate keys sweep'];
const UNAPPROVED: Words = [
  'not an approved algorithm: cryptography national',
  '不是核准算法：设置 cryptography national',
];
const UNCERTIFIED: Words = ['module not certified', '模块未经认证'];
/** Of what no suite seals. */
const UNCHANGED: Words = ['no suite: SM4 under no setting', '不属于任何套件：各种设置下都不是 SM4'];
const NO_HMAC: Words = ['KMS has no HMAC-SM3', 'KMS 没有 HMAC-SM3'];

/** Algorithm and gap by spec of the key and name of its data. */
function ofSpec(spec: string, kind: string, { kms, cryptography }: Running): [Words, Words] {
  if (spec === 'SYMMETRIC_DEFAULT') {
    if (kms === 'aws-cn') return [same('SM4 (KMS)'), NONE];
    // As there, for trials of the setting.
    if (kms === 'local' && !cryptography.includes('standard'))
      return [same('SM4-CTR, HMAC-SM3 (KMS)'), UNCERTIFIED];
    return [same('AES-256-GCM (KMS)'), ['SM4 is in the China regions alone', '只有中国区域使用 SM4']];
  }
  if (spec.startsWith('HMAC_')) return [same('HMAC-SHA-256'), NO_HMAC];
  if (spec === 'SM2') return [same('SM2, SM3'), NONE];
  const algorithm = spec === 'ECC_NIST_EDWARDS25519' ? 'Ed25519' : 'ECDSA P-256, SHA-256';
  return [same(algorithm), kind === 'log' || kind === 'writer' ? OF_LOG : JOSE];
}

export function assessed(running: Running): Row[] {
  const { kms, keys, cryptography, authorization } = running;
  const place: Words = kms === 'local' ? ['this machine', '本机'] : ['KMS of the region', '区域 KMS'];
  const certified: Words =
    kms === 'local'
      ? ['for trials only', '仅供试用']
      : ['of AWS: ask for its certificate', '属于 AWS：请索取其认证证书'];
  const own = running.module;
  const fields = cryptography.flatMap((word): Row[] => {
    const { cipher, hash, keyBytes } = suiteFor(word);
    const national = hash === 'sm3';
    const [mac, derived] = [`HMAC-${hash.toUpperCase()}`, `HKDF-${hash.toUpperCase()}`];
    const key: Words = [`${keyBytes * 8} bits, ${derived}`, `${keyBytes * 8} 位，${derived}`];
    const gap = national ? UNCERTIFIED : UNAPPROVED;
    return [
      [
        ['records written now', '现在写入的记录'],
        same(national ? `${cipher.toUpperCase()}, ${mac}` : cipher.toUpperCase()),
        ...([key, LAMBDA, own, gap] as const),
      ],
      [
        ['integrity of records', '记录的完整性'],
        same(`${mac}, ${hash.toUpperCase()}`),
        ...([key, LAMBDA, own, gap] as const),
      ],
    ];
  });
  const groups = Map.groupBy(keys, ({ name, spec }) => `${/^[a-z]+/.exec(name)?.[0] ?? name} ${spec}`);
  const wrapped = [...groups].map(([group, some]): Row => {
    const [kind = '', spec = ''] = group.split(' ');
    const [algorithm, gap] = ofSpec(spec, kind, running);
    const known = DATA.get(kind) ?? same(kind);
    return [known, algorithm, same(`${some.length} × ${spec}`), place, certified, gap];
  });
  const leavesBy = (algorithm: string, gap: Words): Row => [
    ['integrity of the log', '日志的完整性'],
    same(algorithm),
    ...([NONE, LAMBDA, own, gap] as const),
  ];
  // The second tree, whose root the key of SM2 signs.
  const second = keys.some(({ spec }) => spec === 'SM2') ? [leavesBy('SM3', UNCERTIFIED)] : [];
  // The key that a recipient registers decides between the two.
  const answers = ['ECDH-ES P-256, A256GCM', 'X-Wing (ML-KEM-768, X25519), HKDF-SHA-256, AES-256-GCM'].map(
    (algorithm): Row => [
      ['contents of sealed answers', '封装答复的内容'],
      same(algorithm),
      ...([['of the recipient', '由接收方持有'], LAMBDA, own, JOSE] as const),
    ],
  );
  const unchanged = (
    [
      [
        ['words and names in the log', '日志中的文字和姓名'],
        ['HKDF-SHA-256', 'HKDF-SHA-256'],
      ],
      [
        ['lists that wait, and their results', '待处理的名单及其结果'],
        ['by HMAC-SHA-256 of KMS', '由 KMS 的 HMAC-SHA-256 派生'],
      ],
      [
        ['contents of files', '文件的内容'],
        ['in a sealed field, HKDF-SHA-256', '在已封的信息项中，HKDF-SHA-256'],
      ],
    ] as const
  ).map(([data, key]): Row => [data, same('AES-256-GCM'), key, LAMBDA, own, UNCHANGED]);
  const buckets: Row = [
    ['buckets at rest', '静态存储桶'],
    same('AES-256 (SSE-S3)'),
    ...([['of S3', '由 S3 持有'], same('S3'), certified, UNCHANGED] as const),
  ];
  const transport: Row = [
    ['calls', '调用'],
    same(`TLS, ${authorization.includes('iam') ? 'SigV4' : 'DPoP'}`),
    ...([NONE, kms === 'local' ? place : same('API Gateway'), certified, ['no TLCP', '没有 TLCP']] as const),
  ];
  return [
    ...fields,
    ...storedRows(running),
    ...wrapped,
    ...unchanged,
    ...(kms === 'local' ? [] : [buckets]),
    ...answers,
    leavesBy('SHA-256', OF_LOG),
    ...second,
    transport,
  ];
}

/** What is stored, by suite. Without a count the table says so: no row would look like no gap. */
function storedRows({ counted, module }: Running): Row[] {
  const data: Words = ['records stored', '已存记录'];
  const place: Words = ['tables', '数据表'];
  if (!counted) return [[data, ['not counted', '未统计'], NONE, place, NONE, UNCOUNTED]];
  const groups = Map.groupBy(Object.entries(counted.suites), ([name]) => name.split(' ')[0]);
  return [...groups].map(([id, some]) => {
    const suite = suiteNamed('id', Number(id));
    const keys = some.reduce((sum, [, count]) => sum + count, 0);
    const before = some.flatMap(([name, count]) => (name === id ? [] : `${name.slice(2)} ${count}`));
    const classes = before.length > 0 ? `: ${before.join(', ')}` : '';
    const national = suite?.hash === 'sm3';
    const gap = before.length > 0 ? SEALED_BEFORE : national ? UNCERTIFIED : UNAPPROVED;
    return [
      data,
      same(suite ? suite.cipher.toUpperCase() : `suite ${id}`),
      [`${keys} data keys${classes}`, `${keys} 个数据密钥${classes}`],
      ...([place, module, gap] as const),
    ];
  });
}

/** The answer of a sweep's job, or what the command line says of it. @throws Error for anything else */
export function countedIn(file: string): Counted {
  const said = JSON.parse(readFileSync(file, 'utf8'));
  const job = said?.data ?? said;
  if (job?.kind !== 'sweep' || job.state !== 'done' || typeof job.suites !== 'object')
    throw new Error(`${file} is no job of a sweep that is done`);
  return job;
}

/** As a Markdown table, for a report. */
export function printed(running: Running, language: 'en' | 'zh'): string {
  const line = (row: Row) => `| ${row.map((words) => words[language === 'en' ? 0 : 1]).join(' | ')} |\n`;
  const rule = `|${'---|'.repeat(HEAD.length)}\n`;
  return line(HEAD) + rule + assessed(running).map(line).join('');
}

/**
 * Asks AWS what the environment's functions and keys are.
 * @param aws calls its command line
 * @throws Error without a function: a table without rows would look like one without gaps
 */
export function runningIn(
  aws: (...words: string[]) => unknown,
  region: string,
  environment: string,
): Running {
  const prefix = `alias/fieldgate-${environment}-`;
  const { Aliases } = aws('kms', 'list-aliases') as {
    Aliases: { AliasName: string; TargetKeyId?: string }[];
  };
  const keys = Aliases.filter(({ AliasName }) => AliasName.startsWith(prefix)).map((one) => {
    const { KeyMetadata } = aws('kms', 'describe-key', '--key-id', one.TargetKeyId ?? '') as {
      KeyMetadata: { KeySpec: string };
    };
    return { name: one.AliasName.slice(prefix.length), spec: KeyMetadata.KeySpec };
  });
  const { Functions } = aws('lambda', 'list-functions') as {
    Functions: {
      FunctionName: string;
      Runtime?: string;
      Environment?: { Variables?: NodeJS.Dict<string> };
    }[];
  };
  const ours = Functions.filter(({ FunctionName }) => FunctionName.startsWith(`fieldgate-${environment}-`));
  if (ours.length === 0) throw new Error(`no function of ${environment} in ${region}`);
  const said = (name: string) => [
    ...new Set(ours.flatMap(({ Environment }) => Environment?.Variables?.[name] ?? [])),
  ];
  const runtimes = [...new Set(ours.map(({ Runtime }) => Runtime))].join(', ');
  return {
    ...{ cryptography: said('CRYPTOGRAPHY'), authorization: said('AUTHORIZATION'), keys },
    kms: region.startsWith('cn-') ? 'aws-cn' : 'aws',
    module: [`OpenSSL of ${runtimes}`, `${runtimes} 的 OpenSSL`],
  };
}

/** What the local gateway said at its start, and the specs of its keys. @param folder its state */
export function runningHere(folder: string): Running {
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const { cryptography, openssl } = read('gateway.json') as { cryptography?: string; openssl?: string };
  const { keys } = read('kms.json') as { keys: { alias: string; spec: string }[] };
  const short = ({ alias, spec }: { alias: string; spec: string }) => ({
    name: alias.replace('alias/fieldgate/', ''),
    spec,
  });
  return {
    ...{ cryptography: [cryptography ?? 'standard'], authorization: ['token'], keys: keys.map(short) },
    kms: 'local',
    module: [`OpenSSL ${openssl ?? ''} of Node.js`, `Node.js 的 OpenSSL ${openssl ?? ''}`],
  };
}
