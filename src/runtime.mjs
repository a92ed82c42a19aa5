// Preloaded by every script (`node --import ./src/runtime.mjs …`): runs TypeScript without a build step.
import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

if (module.registerHooks === undefined) {
  process.stderr.write(
    `Weekly Verdicts needs Node 22.15 or newer; this is ${process.version}. Start it through npm, which brings its own.\n`,
  );
  process.exit(1);
}
// React's development build renders three times slower.
process.env.NODE_ENV ??= 'production';
// tsx looks for tsconfig.json in the current folder, which may be any.
process.env.TSX_TSCONFIG_PATH ??= fileURLToPath(new URL('../tsconfig.json', import.meta.url));
await import('tsx');

// Drizzle's ES modules import each other in circles, on which Node 24's loader spends 0.4 s and 250 MB at every
// start. Its CommonJS build, which is the same code, loads in 0.06 s and 24 MB (docs/adr/0007-load-drizzle-as-commonjs.md).
module.registerHooks({
  resolve: (specifier, context, next) =>
    /^drizzle-orm(\/|$)/.test(specifier)
      ? next(specifier, { ...context, conditions: ['node', 'require'] })
      : next(specifier, context),
});
