// AVA inside the guest. Child processes as on the host; one at a time, as the guest has one slow processor.
export default {
  files: ['dist/test/vm/guest/*.test.js'],
  workerThreads: false,
  concurrency: 1,
  timeout: `${60 * Number(process.env.OVSKIT_TIME_SCALE ?? 1)}s`,
};
