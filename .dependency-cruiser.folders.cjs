// No circle of folders within src. Apart from the rules for files, because the top-level folders import each other on
// purpose (src/render -> emails -> src/theme.ts, src/main.ts -> jobs -> src/pipeline); those rules keep them in order.
const { options } = require('./.dependency-cruiser.cjs');

module.exports = {
  forbidden: [
    {
      name: 'no-circular-folders',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
  ],
  options: { ...options, exclude: { path: '^(emails|jobs)/' } },
};
