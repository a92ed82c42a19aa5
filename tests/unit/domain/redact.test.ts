import { connect, createServer } from 'node:net';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEmailAddress } from '../../../src/domain/audience/email-address.ts';
import { describeError, redact, rootCause } from '../../../src/domain/redact.ts';

describe('redacted text', () => {
  it.each([
    ['nothing to hide', 'nothing to hide'],
    ['Invalid to: ada@reader.example', 'Invalid to: [address]'],
    ['Ada <ada@reader.example>, bob+x@b.example;', 'Ada <[address]>, [address];'],
    ['"ada lovelace"@reader.example is bad', '[address] is bad'],
    ['?to=ada%40reader.example', '[address]'],
    [
      'connect to postgres://user:hush@db.internal:5432/verdicts',
      'connect to postgres://[credentials]@db.internal:5432/verdicts',
    ],
    ['postgresql://user:p%40ss%2F@host/db', 'postgresql://[credentials]@host/db'],
    ['https://re_token@api.example/emails', 'https://[credentials]@api.example/emails'],
    [
      'postgres:///verdicts?host=/run&user=ada&password=hush&ssl=1',
      'postgres:///verdicts?host=/run&user=ada&password=[password]&ssl=1',
    ],
    ["{ host: 'db', password: 'hush', port: 5432 }", "{ host: 'db', password: '[password]', port: 5432 }"],
    ['{"password": "hush", "port": 5432}', '{"password": "[password]", "port": 5432}'],
    ['password authentication failed for user "ada"', 'password authentication failed for user "ada"'],
    ['key (reader_token)=(Zx9_-aBcDeFgHiJkLmNoPq)', 'key (reader_token)=([token])'],
    ['zx9_-aBcDeFgHiJkLmNoPq', '[token]'],
    ['a supercalifragilisticexpialidocious word', 'a supercalifragilisticexpialidocious word'],
  ])('%s', (text, redacted) => expect(redact(text)).toBe(redacted));

  it('never contains an address, wherever it was', () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.string(), fc.string(), (address, before, after) => {
        fc.pre(typeof parseEmailAddress(address) === 'string');
        expect(redact(`${before} ${address} ${after}`)).not.toContain(address);
      }),
    );
  });

  it('has at most 2,000 characters', () => {
    const longest = 'abc '.repeat(500);
    expect(redact(longest)).toBe(longest);
    expect(redact(`${longest}d`)).toBe(`${longest}…`);
  });

  it('ends between words, so that no half of an address is left', () => {
    const text = redact(`${'word '.repeat(398)}${'ada.lovelace'.repeat(5)}@reader.example and more`);
    expect(text).toMatch(/word …$/);
    expect(text).not.toContain('ada');
  });

  it.each(['a'.repeat(128_000), 'a.'.repeat(64_000), '"'.repeat(128_000), 'a://'.repeat(32_000)])(
    'takes no time to make of a very long word: %.5s…',
    (text) => {
      const start = performance.now();
      redact(text);
      expect(performance.now() - start).toBeLessThan(500);
    },
  );
});

/** What a connection to a port where nothing listens fails with, when its host has two addresses. */
async function refusedConnection(): Promise<Error> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const socket = connect({
    host: 'two-addresses.example',
    port,
    autoSelectFamily: true,
    lookup: (_host, _options, callback) =>
      callback(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '127.0.0.2', family: 4 },
      ]),
  });
  return new Promise((resolve) => socket.once('error', resolve));
}

describe('the description of an error', () => {
  it('joins the causes of a refused connection, which has no message of its own', async () => {
    const error = await refusedConnection();
    expect(error).toBeInstanceOf(AggregateError);
    expect(error.message).toBe('');
    expect(describeError(error)).toMatch(
      /^connect ECONNREFUSED 127\.0\.0\.1:\d+; connect ECONNREFUSED 127\.0\.0\.2:\d+$/,
    );
    expect(describeError(new Error('Failed query: params: ada@reader.example', { cause: error }))).toBe(
      describeError(error),
    );
    // pg-boss emits a plain copy of what it caught.
    const { message, stack } = error;
    expect(describeError({ ...error, message, stack, queue: 'send-issue' })).toBe('ECONNREFUSED');
  });

  it.each([
    ['the message of the innermost cause', new Error('outer', { cause: new Error('inner') }), 'inner'],
    ['the message of a plain object', { message: 'queue is gone', queue: 'send-issue' }, 'queue is gone'],
    ['a text', 'timeout', 'timeout'],
    ['the code of an error without a message', Object.assign(new Error(''), { code: 'EPIPE' }), 'EPIPE'],
    ['the name of an error with nothing else', new TypeError(''), 'TypeError'],
    ['each cause once', new AggregateError([new Error('same'), new Error('same')]), 'same'],
    ['an aggregate without causes', new AggregateError([], ''), 'AggregateError'],
    [
      'the content of any other object',
      { remaining: 0, of: ['ada@reader.example'] },
      "{ remaining: 0, of: [ '[address]' ] }",
    ],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['an empty text', '', "''"],
    ['a long object, on one line', { a: 'x'.repeat(90), b: 1 }, `{ a: '${'x'.repeat(90)}', b: 1 }`],
    [
      'no more than 500 characters of a text',
      { a: 'x '.repeat(300) },
      expect.stringMatching(/^\{ a: '(x ){250}'\.\.\. 100 more characters \}$/),
    ],
    [
      'not what an object says of itself',
      { [inspect.custom]: () => 'fine' },
      expect.stringContaining('[nodejs.util.inspect.custom]'),
    ],
  ])('is %s', (_, error, description) => expect(describeError(error)).toEqual(description));

  it('ends where an error is its own cause', () => {
    const error = new Error('round and round');
    error.cause = error;
    expect(describeError(error)).toBe('round and round');
    const several = new AggregateError([], 'round');
    several.errors.push(several);
    expect(describeError(several)).toBe('round');
  });

  it('goes down ten causes', () => expect(describeError(chainOf(12))).toBe('10'));
});

/** An error called 0, caused by 1, and so on. */
function chainOf(length: number): Error {
  let error = new Error(String(length - 1));
  for (let name = length - 2; name >= 0; name -= 1) error = new Error(String(name), { cause: error });
  return error;
}

describe('the root of an error', () => {
  const root = new TypeError('inner');

  it.each([
    ['its innermost cause', new Error('a', { cause: new Error('b', { cause: root }) }), root],
    ['a cause that is no error', new Error('a', { cause: 'text' }), 'text'],
    ['the first of several', new AggregateError([new Error('a', { cause: root }), new Error('b')]), root],
    ['itself without a cause', root, root],
    ['itself where it is no error', undefined, undefined],
  ])('is %s', (_, error, expected) => expect(rootCause(error)).toBe(expected));

  it('is an aggregate without errors itself', () => {
    const empty = new AggregateError([]);
    expect(rootCause(empty)).toBe(empty);
  });

  it('is a plain object itself, whatever its cause', () => {
    const plain = { cause: root };
    expect(rootCause(plain)).toBe(plain);
  });

  it('is looked for ten causes down, and found where an error is its own cause', () => {
    expect(rootCause(chainOf(12))).toHaveProperty('message', '10');
    const error = new Error('round');
    error.cause = error;
    expect(rootCause(error)).toBe(error);
    const several = new AggregateError([]);
    several.errors.push(several);
    expect(rootCause(several)).toBe(several);
  });
});
