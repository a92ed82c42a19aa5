// Preloaded by every script (`node --import ./src/runtime.mjs …`): runs TypeScript without a build step.
// Why each of these is here: docs/adr/0016-let-node-strip-types.md and docs/adr/0007-load-drizzle-as-commonjs.md.
import { readFileSync } from 'node:fs';
import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

if (!process.features.typescript) {
  process.stderr.write(
    `Weekly Verdicts needs Node 22.18 or newer; this is ${process.version}. Start it through npm, which brings its own.\n`,
  );
  process.exit(1);
}
// React's development build renders three times slower.
process.env.NODE_ENV ??= 'production';
// Otherwise esbuild keeps a process of its own beside ours for as long as we run, for a dozen files at the first render.
process.env.ESBUILD_WORKER_THREADS = '0';
// Half of a start is compiling what was compiled before. Beside the packages, where nobody else may write.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url)));

const require = module.createRequire(import.meta.url);

module.registerHooks({
  // Drizzle's ES modules import each other in circles, on which Node 24's loader spends 0.4 s and 250 MB at every
  // start. Its CommonJS build, which is the same code, loads in 0.06 s and 24 MB.
  resolve: (specifier, context, next) =>
    /^drizzle-orm(\/|$)/.test(specifier)
      ? next(specifier, { ...context, conditions: ['node', 'require'] })
      : next(specifier, context),
  // Node takes types away by itself, but leaves JSX alone. esbuild is loaded when the first template is.
  load(url, context, next) {
    if (!url.endsWith('.tsx')) return next(url, context);
    const path = fileURLToPath(url);
    const { code } = require('esbuild').transformSync(readFileSync(path, 'utf8'), {
      loader: 'tsx',
      jsx: 'automatic',
      format: 'esm',
      sourcefile: path,
    });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
