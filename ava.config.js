// Child processes, not worker threads: a test file may move itself into a network namespace of its own.
export default {
  files: ['dist/test/**/*.test.js', '!dist/test/vm/guest/**'],
  workerThreads: false,
  concurrency: 2,
  timeout: '2m',
};
