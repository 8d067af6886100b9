/** Faults that a change could bring, each as a change of the source, and the first seed that finds it. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source

export interface Mutation {
  name: string;
  file: string;
  /** Occurs once in the file. */
  find: string;
  replace: string;
  /** The acts among which the plans are made; all unless said. */
  acts?: readonly string[];
  /** The acts mostly follow each other. */
  calm?: true;
  seed: number;
}

const RECORDS = ['write', 'write', 'write', 'read', 'read'];
const REQUESTS = ['file', 'approve', 'approve', 'collect', 'collect', 'collect'];
const LOG = ['write', 'sequence', 'sequence', 'sequence'];

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a receipt is given before the entry is stored',
    file: 'shared/log/write/writer.ts',
    find: 'await putItem(this.#options, sealed.item);',
    replace: 'void putItem(this.#options, sealed.item).catch(() => {});',
    acts: RECORDS,
    seed: 1,
  },
  {
    name: 'a head moves without a condition',
    file: 'shared/records/subject/key-items.ts',
    find: '(${sameSubject}${unmoved}))`;',
    replace: '(${sameSubject}${unmoved}) OR attribute_exists(${update.name("subject")}))`;',
    acts: RECORDS,
    seed: 1,
  },
  {
    name: 'a write that lost its race is answered as stored',
    file: 'functions/intake/commit.ts',
    find: 'return (await commit(deps, prepared)) || LOST;',
    replace: 'return (await commit(deps, prepared)) || true;',
    acts: RECORDS,
    seed: 1,
  },
  {
    name: 'a match key is taken without a condition',
    file: 'shared/records/subject/index-entries.ts',
    find: "asRead : 'attribute_not_exists(subject)'}",
    replace: "asRead : 'attribute_not_exists(subject) OR attribute_exists(subject)'}",
    acts: ['newChild'],
    seed: 1,
  },
  {
    name: 'a repeat is not answered as the first',
    file: 'functions/intake/idempotent.ts',
    find: "if (claimed.state === 'done') return claimed.answer;",
    replace: "if (claimed.state === 'done') return work();",
    acts: ['writeTwice', 'write'],
    seed: 1,
  },
  {
    name: 'an idempotency key is not claimed',
    file: 'shared/records/gateway/idempotency.ts',
    find: 'await putIf(table, itemOf(asked), FREE, {',
    replace: 'await putIf(table, itemOf(asked), `${FREE} OR attribute_exists(claim)`, {',
    acts: ['writeTwice', 'write'],
    seed: 1,
  },
  {
    name: 'facts are opened before the attempt is stored',
    file: 'functions/release/release-fields.ts',
    find: 'appendAttempts(deps, asked, ceiling, names),',
    replace: '(void appendAttempts(deps, asked, ceiling, names).catch(() => {}), []),',
    acts: RECORDS,
    seed: 1,
  },
  {
    name: 'a verification opens before its attempt is stored',
    file: 'functions/verify/verify-eligibility.ts',
    find: 'appendAttempt(call, screening, found.subject),',
    replace: '(void appendAttempt(call, screening, found.subject).catch(() => {}), undefined),',
    acts: ['verify'],
    seed: 1,
  },
  {
    name: 'a proof is claimed without a condition',
    file: 'shared/identity/replay.ts',
    find: "'attribute_not_exists(#claim) OR #expires < :now'",
    replace: "'attribute_exists(#claim) OR attribute_not_exists(#claim) OR #expires < :now'",
    acts: ['replay'],
    seed: 1,
  },
  {
    name: 'a proof is claimed after the answer',
    file: 'functions/release/release-fields.ts',
    find: 'asked.session.replay.claim(asked.ask.officer, asked.subjects.length),',
    replace: 'void asked.session.replay.claim(asked.ask.officer, asked.subjects.length).catch(() => {}),',
    acts: ['replay'],
    seed: 1,
  },
  {
    name: 'a budget is read and then written',
    file: 'shared/records/limits/counters.ts',
    find: 'const conditions = Object.entries(below).map(([counter, n]) => {',
    replace: `const { getItem } = await import('../../store/table.ts');
      const seen = await getItem(table, { claim: { S: name } });
      if (Object.entries(below).some(([counter, n]) => Number(seen?.[PREFIX + counter]?.N ?? 0) >= n)) return null;
      const conditions = [].map(([counter, n]) => {`,
    acts: ['verify', 'verify', 'verify', 'write'],
    seed: 88,
  },
  {
    name: 'a check is counted after its answer',
    file: 'functions/verify/load.ts',
    find: 'take(call, subject),',
    replace: '(void take(call, subject).catch(() => {}), true),',
    acts: ['verify', 'write'],
    calm: true,
    seed: 14,
  },
  {
    name: 'a job is taken although another holds its lease',
    file: 'shared/records/gateway/jobs.ts',
    find: "AND (${free} OR ${update.name('runner')} = ${mine})`;",
    replace:
      'AND (${free} OR attribute_exists(${update.name("lease")}) OR ${update.name(\'runner\')} = ${mine})`;',
    acts: ['startJob', 'jobs', 'jobs', 'jobs'],
    seed: 1,
  },
  {
    name: 'what is collected once is counted without a condition',
    file: 'shared/records/casework/requests.ts',
    find: '`${revision} AND (${same} OR ${own})`',
    replace: '`${revision} AND (attribute_exists(${update.name("collections")}) OR ${same} OR ${own})`',
    acts: REQUESTS,
    seed: 10,
  },
  {
    name: 'an answer to a request replaces another that came meanwhile',
    file: 'shared/records/casework/requests.ts',
    find: '`(${revision} AND ${collections}) OR ${own}`',
    replace:
      '`(${revision} AND ${collections}) OR ${own} OR attribute_exists(${update.name("said")}) OR attribute_not_exists(${update.name("said")})`',
    acts: ['file', 'approve', 'approve', 'approve'],
    seed: 71,
  },
  {
    name: 'an erasure that lost its race is answered as done',
    file: 'functions/maintenance/tombstone.ts',
    find: "return state.state === 'erased' ? { tombstone: state.tombstone, receipt } : LOST;",
    replace:
      'return { tombstone: { subject: item.subject, erased: new Date(deps.now()).toISOString(), rest: null }, receipt };',
    acts: ['erase', 'write', 'write', 'read'],
    seed: 6,
  },
  {
    name: 'a suspended agency is known from a cache',
    file: 'shared/identity/agencies/agencies.ts',
    find: `  uncache(table, clientId);
  return getAgency(table, clientId, now);`,
    replace: '  return getAgency(table, clientId, now);',
    acts: ['suspend', 'read', 'read', 'read'],
    seed: 16,
  },
  {
    name: 'a change of an agency replaces another that came meanwhile',
    file: 'shared/identity/agencies/agencies.ts',
    find: "swap(table, item, 'revision = :revision', {",
    replace: "swap(table, item, 'attribute_exists(clientId) OR revision = :revision', {",
    acts: ['suspend', 'unsuspend'],
    seed: 6,
  },
  {
    name: 'the tree is decided without a condition',
    file: 'functions/sequencer/stores/tree-table.ts',
    find: "putIf(table, item, '#value = :before', { ':before': { S: before } });",
    replace: "putIf(table, item, 'attribute_exists(#value)');",
    acts: LOG,
    seed: 1,
  },
  {
    name: 'a final tile is put without a condition',
    file: 'functions/sequencer/stores/s3.ts',
    find: "if (await put(buckets, path, bytes, { IfNoneMatch: '*' })) return;",
    replace: 'if (await put(buckets, path, bytes, {})) return;',
    acts: ['fill', 'sequence', 'sequence', 'sequence'],
    seed: 1,
  },
  {
    name: 'a checkpoint is signed before its tiles are stored',
    file: 'functions/sequencer/publish.ts',
    find: 'await Promise.all(all.map(({ path, bytes }) => deps.files.create(path, bytes)));',
    replace:
      'void Promise.all(all.map(({ path, bytes }) => deps.files.create(path, bytes))).catch(() => {});',
    acts: LOG,
    seed: 29,
  },
  {
    name: 'a head moves before the entry is stored',
    file: 'functions/intake/intake-records.ts',
    find: 'await Promise.all([appendEntries(deps, rows), storeFirst(deps, rows)]);',
    replace: '[new Map(), await storeFirst(deps, rows)]; void appendEntries(deps, rows);',
    acts: RECORDS,
    seed: 5,
  },
  {
    name: 'a freeze counts when a cache ends',
    file: 'functions/steps/freezes.ts',
    find: 'const FRESH = 500;',
    replace: 'const FRESH = 60_000;',
    acts: ['freezePurpose', 'read', 'read', 'read', 'read'],
    calm: true,
    seed: 1,
  },
  {
    name: 'one person approves what the same person asked for',
    file: 'functions/steps/two-people.ts',
    find: '  requireSecond(session, first, handOf(session, person));',
    replace: '',
    acts: ['freeze', 'lift', 'lift'],
    calm: true,
    seed: 1,
  },
  {
    name: 'a proof outlives the child that it is about',
    file: 'functions/maintenance/tombstone.ts',
    find: 'await revokeProofs(tables.status, await queryCasework(tables.casework, one), deps.now());',
    replace: '',
    acts: ['verify', 'verify', 'erase'],
    calm: true,
    seed: 1,
  },
  {
    name: 'an erasure leaves sheets',
    file: 'functions/maintenance/tombstone.ts',
    find: 'await deleteSheets(tables.sheets, one, (sheet) => dropLeaks(deps, sheet, sheet.leaks, undefined, true));',
    replace: 'await Promise.resolve(one);',
    acts: ['erase'],
    seed: 1,
  },
  {
    name: 'the comparison with the trail leaves a gap',
    file: 'functions/watch/reconcile.ts',
    find: "swap(state, CURSOR, 'at', String(from), String(to))",
    replace: "swap(state, CURSOR, 'at', String(from), String(to + 120_000))",
    acts: ['intrude', 'intrude', 'reconcile', 'read'],
    calm: true,
    seed: 1,
  },
  {
    name: 'the scan moves on before its alerts are in the log',
    file: 'functions/watch/scan.ts',
    find: "const count = await raiseOnce(watch, 'alerts', alerts);",
    replace: `await swap(watch.state, CURSOR, 'at', \`\${from}-\${until}\`, \`\${until}-\`);
      const count = await raiseOnce(watch, 'alerts', alerts);`,
    acts: ['read', 'verify', 'sequence', 'sequence', 'scan', 'scan', 'scan'],
    calm: true,
    seed: 36,
  },
  {
    name: 'a receipt is signed for a leaf that the sequencer passes over',
    file: 'functions/sequencer/check-chains.ts',
    find: 'const fresh = await writers.itemsAfter(one.writer, one.head?.seq ?? -1, ITEMS);',
    replace:
      'const fresh = (await writers.itemsAfter(one.writer, one.head?.seq ?? -1, ITEMS)).filter(({ at }) => Date.parse(at) > Date.now() - 3_000);',
    acts: LOG,
    seed: 1,
  },
  {
    name: 'a withdrawal of a consent is not read strongly',
    file: 'shared/records/casework/casework.ts',
    find: "return (await queryAll(table, 'subject = :subject', { subject })).map((item) => {",
    replace:
      "return (await queryAll(table, 'subject = :subject', { subject }, { consistent: false })).map((item) => {",
    acts: ['brief'],
    calm: true,
    seed: 1,
  },
  {
    name: 'tasks follow only entries that come in time',
    file: 'functions/casework/tasks/follow-log.ts',
    find: 'from: last - OVERLAP, to: to + 1',
    replace: 'from: last, to: to + 1',
    acts: ['brief', 'brief', 'follow'],
    seed: 4,
  },
  {
    name: 'a step does not look again at whom its rows name',
    file: 'functions/sequencer/index-entries.ts',
    find: 'left = await withoutErased(left, secrets);',
    replace: 'left = [];',
    acts: ['read', 'erase', 'erase', 'sequence', 'sequence', 'sequence'],
    seed: 77,
  },
];
