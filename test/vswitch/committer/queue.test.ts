import test from 'ava';
import { halves, Queue } from '../../../src/vswitch/committer/queue.js';

test('what waits comes in the order in which it came', (t) => {
  const queue = new Queue<number>();
  for (const item of [1, 2, 3]) queue.add(item);
  t.deepEqual([...queue.head()], [1, 2, 3]);
  t.true(queue.remove(2));
  t.false(queue.remove(2));
  t.deepEqual([...queue], [1, 3]);
  t.is(queue.size, 2);
});

test('groups that come back go first, each by itself', (t) => {
  const queue = new Queue<number>();
  for (const item of [8, 9]) queue.add(item);
  queue.putBack([5, 6, 7]);
  queue.putBack([1, 2], [], [3, 4]);
  const order: number[][] = [];
  while (queue.size > 0) {
    const head = [...queue.head()];
    order.push(head);
    for (const item of head) t.true(queue.remove(item));
  }
  t.deepEqual(order, [
    [1, 2],
    [3, 4],
    [5, 6, 7],
    [8, 9],
  ]);
  t.deepEqual([...queue.head()], []);
});

test('what is taken out of a group is gone, and the empty group is no obstacle', (t) => {
  const queue = new Queue<number>();
  queue.add(2);
  queue.putBack([1]);
  queue.remove(1);
  t.deepEqual([...queue.head()], [2]);
});

test('halving finds each guilty one in few steps', (t) => {
  const guilty = new Set([3, 4, 60]);
  const queue = new Queue<number>();
  for (let item = 0; item < 64; item++) queue.add(item);
  const found: number[] = [];
  const done: number[] = [];
  let steps = 0;
  while (queue.size > 0) {
    steps++;
    const head = [...queue.head()];
    for (const item of head) queue.remove(item);
    if (!head.some((item) => guilty.has(item))) done.push(...head);
    else if (head.length === 1) found.push(...head);
    else queue.putBack(...halves(head));
  }
  t.deepEqual(found, [3, 4, 60]);
  t.deepEqual(
    done,
    Array.from({ length: 64 }, (_, item) => item).filter((item) => !guilty.has(item)),
  );
  t.true(steps < 40, `${steps} steps`);
});
