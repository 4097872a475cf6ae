// SHA-256 in TypeScript, for pages on which the browser offers no Web Crypto.

const primes = firstPrimes(64);
/** First 32 bits of the fractions of the cube roots of the first 64 primes. */
const roundConstants = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
/** First 32 bits of the fractions of the square roots of the first 8 primes. */
const initialState = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

/**
 * SHA-256 of `bytes`.
 * @returns 32 bytes.
 * @see FIPS 180-4, section 6.2
 */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const state = initialState.slice();
  const schedule = new Int32Array(64);
  const whole = bytes.length - (bytes.length % 64);
  compress(state, schedule, bytes, whole);
  const ending = padded(bytes.subarray(whole), bytes.length);
  compress(state, schedule, ending, ending.length);

  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, index) => {
    digest.setInt32(4 * index, word);
  });
  return new Uint8Array(digest.buffer);
}

/** Folds the first `length` bytes, a multiple of 64, into `state`. */
function compress(state: Int32Array, schedule: Int32Array, bytes: Uint8Array, length: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start < length; start += 64) {
    expand(schedule, view, start);
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t++) {
      const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const choice = (e & f) ^ (~e & g);
      const first = (h + sum1 + choice + roundConstants[t] + schedule[t]) | 0;
      const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + sum0 + majority) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }
}

/** Section 6.2.2, step 1: 16 words of the message become 64. */
function expand(schedule: Int32Array, view: DataView, start: number): void {
  for (let t = 0; t < 16; t++) schedule[t] = view.getInt32(start + 4 * t);
  for (let t = 16; t < 64; t++) {
    const w2 = schedule[t - 2];
    const w15 = schedule[t - 15];
    const sigma1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    const sigma0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    schedule[t] = sigma1 + schedule[t - 7] + sigma0 + schedule[t - 16];
  }
}

/** Section 5.1.1: the rest of the message, a one bit, zeros, and the length of the whole in bits. */
function padded(rest: Uint8Array, messageBytes: number): Uint8Array<ArrayBuffer> {
  const ending = new Uint8Array(rest.length < 56 ? 64 : 128);
  ending.set(rest);
  ending[rest.length] = 0x80;
  const view = new DataView(ending.buffer);
  view.setUint32(ending.length - 8, Math.floor(messageBytes / 2 ** 29));
  view.setUint32(ending.length - 4, (messageBytes * 8) % 2 ** 32);
  return ending;
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function fraction(value: number): number {
  return ((value - Math.floor(value)) * 2 ** 32) | 0;
}

function firstPrimes(count: number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate++)
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  return found;
}
