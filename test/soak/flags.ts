/**
 * V8 without its compilers (Maglev is on from Node 24): what they compile is on the heap too, and would hide what leaks.
 * `npm run soak` names them once more.
 */
export const NO_COMPILERS = ['--no-opt', '--no-sparkplug', '--no-maglev'] as const;
