// Unpack what pipelines/stages/page/packing.py packed: base 85, then zlib.

const BASE_85 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";
const DIGIT_85 = new Uint8Array(128);
[...BASE_85].forEach((letter, digit) => { DIGIT_85[letter.charCodeAt(0)] = digit; });

// Five letters are four bytes; the last group may be shorter.
function fromBase85(text) {
  const groups = Math.ceil(text.length / 5), padded = text.padEnd(5 * groups, BASE_85.at(-1));
  const view = new DataView(new ArrayBuffer(4 * groups));
  for (let i = 0, k = 0; i < groups; i++) {
    let number = 0;
    for (const end = k + 5; k < end; k++) number = number * 85 + DIGIT_85[padded.charCodeAt(k)];
    view.setUint32(4 * i, number);
  }
  return new Uint8Array(view.buffer, 0, Math.floor((text.length * 4) / 5));
}

async function unpacked(text) {
  const stream = new Blob([fromBase85(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const unpackedJson = async (text) => JSON.parse(new TextDecoder().decode(await unpacked(text)));
