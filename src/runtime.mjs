// Preloaded by every script (`node --import ./src/runtime.mjs …`): runs TypeScript without a build step.
// Why each of these is here: docs/adr/0016-let-node-strip-types.md and docs/adr/0007-load-drizzle-as-commonjs.md.
import { readFileSync } from 'node:fs';
import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

if (!process.features.typescript) {
  process.stderr.write(
    `Weekly Verdicts needs Node 22.18 or newer; this is ${process.version}. Start it through npm, which uses the Node that npm ci installed.\n`,
  );
  process.exit(1);
}
// React's development build takes three times as long to render.
process.env.NODE_ENV ??= 'production';
// Otherwise esbuild starts a process that runs as long as ours, for a dozen files at the first render.
process.env.ESBUILD_WORKER_THREADS = '0';
// Without the cache, half of the start-up time is compiling. It is next to the packages, where nobody else may write.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url)));

const require = module.createRequire(import.meta.url);

module.registerHooks({
  resolve(specifier, context, next) {
    // Drizzle's ES modules import each other in circles, which costs Node 24's loader 0.4 s and 250 MB at every start. Its
    // CommonJS build, the same code, loads in 0.06 s and 24 MB.
    if (/^drizzle-orm(\/|$)/.test(specifier)) {
      return next(specifier, { ...context, conditions: ['node', 'require'] });
    }
    // React Email's package of all components loads these as well, in 0.4 s: the highlighter alone knows 297 languages.
    // No mail has code, Markdown or Tailwind.
    if (/^@react-email\/(code-block|markdown|tailwind)$/.test(specifier)) {
      return { url: 'data:text/javascript,', format: 'module', shortCircuit: true };
    }
    return next(specifier, context);
  },
  // Node strips types itself, but does not compile JSX. esbuild is loaded with the first template.
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
