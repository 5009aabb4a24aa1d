// NumPy's random numbers from a seed: SeedSequence and PCG64, as numpy.random.default_rng has them.

// Mix a seed and a key, numbers below 2³², into four words of 64 bits.
function mixedSeed(seed, key) {
  const entropy = [seed, 0, 0, 0, ...key];
  let constant = 0x43b0d7e5;
  const hashed = (value) => {
    const first = value ^ constant;
    constant = Math.imul(constant, 0x931e8875);
    const second = Math.imul(first, constant);
    return second ^ (second >>> 16);
  };
  const mixed = (x, y) => {
    const value = Math.imul(x, 0xca01f9dd) - Math.imul(y, 0x4973f715);
    return value ^ (value >>> 16);
  };
  const pool = entropy.slice(0, 4).map(hashed);
  for (let from = 0; from < 4; from++)
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mixed(pool[to], hashed(pool[from]));
  for (const value of key) for (let to = 0; to < 4; to++) pool[to] = mixed(pool[to], hashed(value));
  constant = 0x8b51f9dd;
  const words = Array.from({ length: 8 }, (_, i) => {
    const first = pool[i % 4] ^ constant;
    constant = Math.imul(constant, 0x58f38ded);
    const second = Math.imul(first, constant);
    return BigInt((second ^ (second >>> 16)) >>> 0);
  });
  return [0, 2, 4, 6].map((i) => words[i] | (words[i + 1] << 32n));
}

class Random {
  constructor(seed, ...key) {
    const [a, b, c, d] = mixedSeed(seed, key);
    this.increment = BigInt.asUintN(128, (c << 65n) | (d << 1n) | 1n);
    this.state = this.increment + ((a << 64n) | b);
    this.kept = null;
    this.word64();
  }
  word64() {
    this.state = BigInt.asUintN(128, this.state * 0x2360ed051fc65da44385df649fccf645n + this.increment);
    const high = this.state >> 64n, word = high ^ BigInt.asUintN(64, this.state), turn = high >> 58n;
    return BigInt.asUintN(64, (word >> turn) | (word << (64n - turn)));
  }
  word32() {
    if (this.kept !== null) {
      const high = this.kept;
      this.kept = null;
      return high;
    }
    const word = this.word64();
    this.kept = Number(word >> 32n);
    return Number(BigInt.asUintN(32, word));
  }
  uniform() { return Number(this.word64() >> 11n) * 2 ** -53; }
  // An integer from 0 to max.
  upTo(max) {
    const mask = 2 ** (32 - Math.clz32(max)) - 1;
    for (;;) {
      const value = this.word32() & mask;
      if (value <= max) return value;
    }
  }
  // A standard normal number, as np_layers/arithmetic/normal_distribution.py draws it.
  normal() {
    const u = Math.max(this.uniform(), 2 ** -54), q = u - 0.5;
    if (Math.abs(q) <= 0.425) return q * quotient(0.180625 - q * q, MIDDLE);
    const r = Math.sqrt(-log(Math.min(u, 1 - u), 10));
    const size = r <= 5 ? quotient(r - 1.6, NEAR_TAIL) : quotient(r - 5, FAR_TAIL);
    return q < 0 ? -size : size;
  }
}

// Numerators and denominators, lowest order first (Wichura's algorithm AS 241, PPND16).
const MIDDLE = [
  [3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3],
  [1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3],
];
const NEAR_TAIL = [
  [1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4],
  [1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9],
];
const FAR_TAIL = [
  [6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7],
  [1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15],
];
const quotient = (x, [numerator, denominator]) => polynomial(x, numerator) / polynomial(x, denominator);

// The numbers from 0 to count − 1 in the order of numpy's Generator.shuffle.
function shuffled(count, random) {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.upTo(i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
