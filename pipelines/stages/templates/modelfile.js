// The bytes of a model file, as np_layers/files/npz.py writes them, and their hashes.

const latin1 = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function joined(parts) {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let place = 0;
  for (const part of parts) { bytes.set(part, place); place += part.length; }
  return bytes;
}

// Integers, little-endian: pairs of a number of bytes and a value.
const littleEndian = (...fields) =>
  Uint8Array.from(fields.flatMap(([size, value]) => Array.from({ length: size }, (_, i) => (value / 256 ** i) & 255)));

const hexadecimal = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = async (bytes) => hexadecimal(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));

function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

// One array as a .npy file.
function npy(type, shape, bytes) {
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const line = latin1(`${header.padEnd(header.length + ((64 - ((10 + header.length + 1) % 64)) % 64))}\n`);
  return joined([latin1("\x93NUMPY\x01\x00"), littleEndian([2, line.length]), line, bytes]);
}

function float32Bytes(values) {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return new Uint8Array(view.buffer);
}

// A zip archive without compression, whose comment is the SHA-256 of all bytes before it.
async function modelFile(document, layers) {
  const members = [["config", npy("|u1", [document.length], latin1(document))]];
  layers.forEach(({ weight, bias }, i) => {
    if (!weight) return;
    members.push([`${i}.weight`, npy("<f4", [weight.length / bias.length, bias.length], float32Bytes(weight))]);
    members.push([`${i}.bias`, npy("<f4", [bias.length], float32Bytes(bias))]);
  });
  const parts = [], directory = [];
  let place = 0;
  for (const [member, bytes] of members) {
    const name = latin1(`${member}.npy`), day = 33; // 1 January 1980
    const common = littleEndian([2, 20], [2, 0], [2, 0], [2, 0], [2, day], [4, crc32(bytes)], [4, bytes.length], [4, bytes.length], [2, name.length], [2, 0]);
    parts.push(latin1("PK\x03\x04"), common, name, bytes);
    directory.push(latin1("PK\x01\x02"), littleEndian([1, 20], [1, 3]), common, littleEndian([2, 0], [2, 0], [2, 0], [4, 0o600 * 65536], [4, place]), name);
    place += 30 + name.length + bytes.length;
  }
  const index = joined(directory), count = members.length;
  const end = littleEndian([2, 0], [2, 0], [2, count], [2, count], [4, index.length], [4, place], [2, 71]);
  const body = joined([...parts, index, latin1("PK\x05\x06"), end, latin1("sha256:")]);
  return joined([body, latin1(await sha256(body))]);
}

// MD5, by which dvc.lock names files (RFC 1321).
function md5(bytes) {
  const turns = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
  const words = new DataView(new ArrayBuffer((bytes.length + 72) & ~63));
  bytes.forEach((byte, i) => words.setUint8(i, byte));
  words.setUint8(bytes.length, 128);
  words.setUint32(words.byteLength - 8, 8 * bytes.length, true);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < words.byteLength; block += 64) {
    let [a, b, c, d] = state;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const mix = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round];
      const word = words.getInt32(block + 4 * ([i, 5 * i + 1, 3 * i + 5, 7 * i][round] % 16), true);
      const sum = (a + mix + word + Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1)))) | 0, turn = turns[round][i % 4];
      [a, d, c, b] = [d, c, b, (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0];
    }
    [a, b, c, d].forEach((value, i) => { state[i] = (state[i] + value) | 0; });
  }
  return hexadecimal(littleEndian(...state.map((value) => [4, value >>> 0])));
}

// The hash of a folder of models in dvc.lock: that of the list of its files.
function folderHash(files) {
  const list = Object.entries(files).map(([name, bytes]) => `{"md5": "${md5(bytes)}", "relpath": "${name}"}`);
  return `${md5(latin1(`[${list.join(", ")}]`))}.dir`;
}
