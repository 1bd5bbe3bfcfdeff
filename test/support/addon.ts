/**
 * Whether the native addon is of the sources as they are, where that can be told: a test whose processes would only behave oddly
 * with an older one asks first.
 *
 * @throws {Error} that says how to build it
 */
export async function checkAddon(): Promise<void> {
  // The addon of another directory is its maker's business: tools/asan.mjs, tools/coverage-native.mjs.
  if (process.env.OVSKIT_PREBUILD) return;
  const { isNativeOld } = await import(new URL('../../../tools/lib/native.mjs', import.meta.url).href);
  if (isNativeOld()) throw new Error('the native addon is older than native/: build it by npm run build:native');
}
