import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { linkExists } from '../../src/netdev/index.js';
import { ROUTES } from '../../src/serve/index.js';
import { needsRoot } from '../support/root.js';
import { output } from '../support/run.js';
import { inSandbox } from '../support/sandbox.js';
import { request } from '../vif/request.js';
import { HttpClient, type Reply, withService } from './support.js';

// Compiled to dist/test/serve.
const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../../share/openapi.json'), 'utf8'));
const rootTest = needsRoot(test).serial;

type Validate = ((value: unknown) => boolean) & { errors?: unknown };

/** Loaded by name: of their types nothing is needed here. */
const load = async (name: string) => (await import(name)) as Record<string, new (options?: object) => unknown>;

test('share/openapi.json is OpenAPI, and has just the routes that there are', async (t) => {
  const { Validator } = await load('@seriousme/openapi-schema-validator');
  const result = await (new Validator!() as { validate(it: object): Promise<object> }).validate(
    structuredClone(document),
  );
  t.like(result, { valid: true }, JSON.stringify(result));
  const documented = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const there = Object.entries(ROUTES).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  t.deepEqual(documented.sort(), there.sort());
});

/** Checks that an answer is one that the document describes. */
async function conformance(): Promise<(t: ExecutionContext, method: string, path: string, reply: Reply) => void> {
  const { default: Ajv } = await load('ajv/dist/2020.js');
  const ajv = new Ajv!({ strict: false }) as { addSchema(it: object, id: string): void; compile(it: object): Validate };
  ajv.addSchema(document, 'it');
  return (t, method, path, reply) => {
    const responses = document.paths[path][method.toLowerCase()].responses;
    const response = responses[reply.status];
    t.truthy(response, `${method} ${path} answers ${reply.status}, which the document lacks: ${reply.text}`);
    const type = String(reply.headers['content-type']).split(';')[0] as string;
    t.true(type in response.content, `${method} ${path}: ${type}`);
    if (type !== 'application/json') return;
    const pointer = [path, method.toLowerCase(), 'responses', String(reply.status), 'content', type, 'schema']
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const validate = ajv.compile({ $ref: `it#/paths/${pointer}` });
    t.true(
      validate(reply.json),
      `${method} ${path} ${reply.status}: ${JSON.stringify(validate.errors)}: ${reply.text}`,
    );
  };
}

rootTest('plug, list, unplug, health and metrics answer as the document says', async (t) => {
  const { client, sandbox, ovs } = await withService(t);
  const conforms = await conformance();
  const ask = async (method: string, path: string, body?: unknown) => {
    const reply = await client.ask(method, path, body);
    conforms(t, method, path, reply);
    return reply;
  };
  const vsctl = (...args: string[]) => output('ovs-vsctl', args, inSandbox(sandbox));

  const plugged = await ask('POST', '/plug', request(1, { mtu: 1400 }));
  t.is(plugged.status, 200);
  const ofport = Number(await vsctl('get', 'Interface', 'tap1', 'ofport'));
  t.deepEqual(plugged.json, { name: 'tap1', bridge: 'br-int', ofport, changed: true, warnings: [] });
  t.true(linkExists('tap1'));
  t.false((await ask('POST', '/plug', request(1))).json.changed);
  await vsctl('add-port', 'br-int', 'other', '--', 'set', 'interface', 'other', 'type=internal');
  t.deepEqual((await ask('GET', '/vifs')).json, {
    vifs: [
      {
        name: 'tap1',
        bridge: 'br-int',
        id: request(1).vif.id,
        address: request(1).vif.address,
        instance: request(1).instance.uuid,
        ofport,
        error: null,
      },
    ],
  });
  const cfg = Number(await vsctl('get', 'Open_vSwitch', '.', 'cur_cfg'));
  t.deepEqual((await ask('GET', '/health')).json, {
    status: 'ok',
    database: { state: 'ready', remote: sandbox.remote },
    switch: { version: null, nextCfg: cfg, curCfg: cfg },
  });
  t.regex((await ask('GET', '/metrics')).text, /^ovskit_plug_duration_seconds_count\{.*direction="plug".*\} 2$/m);
  t.deepEqual((await ask('POST', '/unplug', request(1))).json, {
    name: 'tap1',
    bridge: 'br-int',
    changed: true,
    warnings: [],
  });
  t.false(linkExists('tap1'));
  t.deepEqual((await ask('GET', '/vifs')).json, { vifs: [] });

  const linux = {
    ...request(4).vif,
    type: 'bridge',
    network: { bridge: 'lnx0', meta: { should_create_bridge: true } },
  };
  const portless = await ask('POST', '/plug', { ...request(4), vif: linux });
  t.deepEqual([portless.status, portless.json.bridge, portless.json.ofport], [200, 'lnx0', undefined]);
  t.is((await ask('POST', '/unplug', { ...request(4), vif: linux })).status, 200);

  const noBridge = await ask('POST', '/plug', request(2, { bridge: 'br-none' }));
  t.is(noBridge.status, 409);
  t.is(noBridge.json.error.code, 'ERR_VSWITCH_NO_BRIDGE');
  const unknown = await ask('POST', '/plug', { ...request(3), vif: { ...request(3).vif, type: 'nonesuch' } });
  t.is(unknown.status, 400);

  await sandbox.ovsdbServer.kill();
  while (ovs.client.state === 'ready') await new Promise((resolve) => ovs.client.onState(resolve));
  const ill = await ask('GET', '/health');
  t.is(ill.status, 503);
  t.is(ill.json.status, 'unavailable');
});

rootTest('what can not be meant is refused, the field or the way named, and the service goes on', async (t) => {
  const { client, errors } = await withService(t);
  const conforms = await conformance();
  const refused = async (body: unknown, headers: Record<string, string> = {}) => {
    const reply = await client.ask('POST', '/plug', body, headers);
    conforms(t, 'POST', '/plug', reply);
    return [reply.status, reply.json.error.code, reply.json.error.message];
  };
  const { vif, instance } = request(1);
  const field = { vif: { ...vif, address: 'xx' }, instance };
  t.deepEqual(await refused(field), [
    400,
    'ERR_INVALID_ARGUMENT',
    'request: vif.address must be a MAC address, such as 52:54:00:12:34:56, not "xx"',
  ]);
  t.is((await refused({ vif }))[2], 'request: instance is missing');
  t.regex((await refused('{"vif":'))[2], /^the body is not JSON: /);
  t.regex((await refused(''))[2], /^the body is not JSON: /);
  t.regex((await refused(Buffer.from([0x22, 0xff, 0x22])))[2], /^the body is not JSON: /);
  t.is((await refused('['.repeat(100_000)))[0], 400);
  t.is((await refused([]))[0], 400);
  t.is((await refused('{"__proto__":{"vif":1},"constructor":1}'))[0], 400);
  t.deepEqual(await refused(request(1), { 'content-type': 'text/plain' }), [
    415,
    'ERR_SERVE_MEDIA_TYPE',
    'the body must be application/json, uncompressed, not text/plain',
  ]);
  t.is((await refused(request(1), { 'content-encoding': 'gzip' }))[0], 415);
  t.is((await refused('x'.repeat(300_000)))[0], 413);

  const nowhere = await client.get('/nonesuch?x=1');
  t.is(nowhere.status, 404);
  t.is(nowhere.json.error.message, 'there is no /nonesuch; there are /plug, /unplug, /vifs, /health, /metrics');
  t.is((await client.get('/__proto__')).status, 404);
  const method = await client.get('/plug');
  t.is(method.status, 405);
  t.is(method.headers.allow, 'POST');
  t.is((await client.ask('DELETE', '/vifs')).status, 405);
  t.is((await client.get('/vifs?all')).status, 200);
  t.deepEqual(errors, []);
});

rootTest('200 clients at once: each gets its own answer', async (t) => {
  const { client, socket, ovs, service } = await withService(t);
  const clients = Array.from({ length: 200 }, () => new HttpClient(socket));
  t.teardown(() => {
    for (const each of clients) each.close();
  });
  // Every tenth asks for a bridge that is not there.
  const replies = await Promise.all(
    clients.map((each, n) => each.post('/plug', request(n, n % 10 === 3 ? { bridge: 'br-none' } : {}))),
  );
  replies.forEach(({ status, json }, n) => {
    if (n % 10 === 3) t.deepEqual([status, json.error.code], [409, 'ERR_VSWITCH_NO_BRIDGE']);
    else t.deepEqual([status, json.name, json.ofport], [200, `tap${n}`, ovs.tables.interface(`tap${n}`)?.ofport]);
  });
  t.is((await client.get('/vifs')).json.vifs.length, 180);
  const gone = await Promise.all(clients.map((each, n) => each.post('/unplug', request(n))));
  t.is(gone.filter(({ json }) => json.changed).length, 180);
  t.is((await client.get('/vifs')).json.vifs.length, 0);
  t.is(service.inFlight, 0);
});
