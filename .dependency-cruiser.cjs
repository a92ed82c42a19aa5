// Who may import whom, one way only: web, cli, jobs -> pipeline -> audience -> { db, queue, render, preflight, mail }
// -> emails, theme -> domain. Layers may be skipped downwards; modules in braces do not know each other (docs/adr/0001).

/** Each module, and the modules it may import besides itself. */
const mayImport = {
  'src/domain': [],
  'src/theme.ts': ['src/domain'],
  'src/sample': ['src/domain'],
  emails: ['src/theme.ts', 'src/sample', 'src/domain'],
  'src/db': ['src/domain'],
  'src/queue': ['src/domain'],
  'src/render': ['emails', 'src/theme.ts', 'src/domain'],
  'src/preflight': ['emails', 'src/theme.ts', 'src/domain'],
  'src/mail': ['src/domain'],
  'src/audience': [
    'src/db',
    'src/queue',
    'src/render',
    'src/preflight',
    'src/mail',
    'src/sample',
    'src/domain',
  ],
  'src/pipeline': ['src/audience', 'src/db', 'src/queue', 'src/render', 'src/preflight', 'src/domain'],
  'src/web': [
    'src/pipeline',
    'src/audience',
    'src/db/queries',
    'src/db/away.ts',
    'src/theme.ts',
    'src/domain',
  ],
  'src/doctor': ['src/db', 'src/mail', 'src/domain'],
  'src/env.ts': ['src/domain'],
};

/** Within a module, its subjects, and the others of the same module that each may import. */
const subjects = {
  'src/domain': {
    comparison: [],
    issue: ['comparison'],
    wording: ['comparison', 'issue'],
    audience: [],
    sending: ['audience'],
  },
  'src/pipeline': {
    compose: [],
    notify: ['compose'],
    report: ['compose'],
    retain: [],
    send: ['notify', 'compose'],
    recover: ['send', 'notify', 'compose'],
    schedule: ['recover', 'send', 'notify', 'compose'],
  },
};

/** npm packages that belong to one module. */
const onlyIn = {
  // the queue only hands drizzle's `sql` on, to enqueue within a transaction
  'drizzle-orm|pg': ['src/db', 'src/queue', 'tests', 'drizzle.config.ts'],
  'pg-boss': ['src/queue', 'tests'],
  'resend|standardwebhooks': ['src/mail', 'tests'],
  nodemailer: ['src/mail', 'tests'],
  'hono|feed': ['src/web', 'tests'],
  mjml: ['src/render', 'tests'],
  commander: ['src/cli', 'tests'],
};

const pattern = (paths) =>
  `^(${paths.map((path) => (path.endsWith('.ts') ? path.replace('.', '\\.') : `${path}/`)).join('|')})`;

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-to-tests',
      severity: 'error',
      from: { pathNot: '^(tests|bench)/' },
      to: { path: '^(tests|bench)/' },
    },
    ...Object.entries(mayImport).map(([module, others]) => ({
      name: `modules: ${module}`,
      severity: 'error',
      from: { path: pattern([module]) },
      to: { path: '^(src|emails|jobs|tests)/', pathNot: pattern([module, ...others]) },
    })),
    ...Object.entries(subjects).flatMap(([module, folders]) =>
      Object.entries(folders).map(([subject, others]) => ({
        name: `subjects: ${module}/${subject}`,
        severity: 'error',
        from: { path: `^${module}/${subject}/` },
        to: { path: `^${module}/[^/]+/`, pathNot: `^${module}/(${[subject, ...others].join('|')})/` },
      })),
    ),
    ...Object.entries(onlyIn).map(([packages, modules]) => ({
      name: `package: ${packages}`,
      severity: 'error',
      from: { path: '^(src|emails|jobs|tests)/', pathNot: pattern(modules) },
      to: { path: `^node_modules/(${packages})/` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
