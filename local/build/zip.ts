// Copyright 2026 the Toukon Lambda authors. MIT license.

/** A file to be packed. */
export interface ZipFile {
  /** Its path in the zip. */
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** Its permissions, such as `0o755`. */
  mode: number;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_CENTRAL_DIRECTORY = 0x06054b50;
/** The version of the format that knows deflate. */
const VERSION = 20;
const MADE_ON_UNIX = 3 << 8;
const DEFLATE = 8;
/** The flag for names in UTF-8. */
const NAMES_IN_UTF_8 = 1 << 11;
const REGULAR_FILE = 0o100000;
/** A fixed date, so that equal files give equal zips. */
const DATE_1980_01_01 = 1 << 5 | 1;

/**
 * Packs files into a zip.
 *
 * @param comment A remark in ASCII, kept at the end of the zip.
 * @see {@link https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT}
 */
export async function zip(
  files: ZipFile[],
  comment = "",
): Promise<Uint8Array<ArrayBuffer>> {
  const locals: Uint8Array[] = [];
  const centrals: Uint8Array[] = [];
  let offset = 0;
  for (const file of files) {
    const { local, central } = await entryOf(file, offset);
    locals.push(local);
    centrals.push(central);
    offset += local.length;
  }
  const end = concat([
    u32(END_OF_CENTRAL_DIRECTORY),
    u16(0), // disk
    u16(0), // disk of the central directory
    u16(files.length), // entries on this disk
    u16(files.length), // entries
    u32(centrals.reduce((sum, it) => sum + it.length, 0)),
    u32(offset), // offset of the central directory
    u16(comment.length),
    new TextEncoder().encode(comment),
  ]);
  return concat([...locals, ...centrals, end]);
}

/** Makes the two headers of a file; its content follows the first. */
async function entryOf(
  file: ZipFile,
  offset: number,
): Promise<{ local: Uint8Array; central: Uint8Array }> {
  const packed = await deflate(file.bytes);
  const name = new TextEncoder().encode(file.name);
  const shared = [
    u16(VERSION),
    u16(NAMES_IN_UTF_8), // flags
    u16(DEFLATE),
    u16(0), // time
    u16(DATE_1980_01_01),
    u32(crc32(file.bytes)),
    u32(packed.length),
    u32(file.bytes.length),
    u16(name.length),
    u16(0), // length of the extra field
  ];
  const local = concat([u32(LOCAL_HEADER), ...shared, name, packed]);
  const central = concat([
    u32(CENTRAL_HEADER),
    u16(MADE_ON_UNIX | VERSION),
    ...shared,
    u16(0), // length of the comment
    u16(0), // disk
    u16(0), // internal attributes
    u32((REGULAR_FILE | file.mode) * 0x10000),
    u32(offset), // offset of the local header
    name,
  ]);
  return { local, central };
}
async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream()
    .pipeThrough(new CompressionStream("deflate-raw"));
  return await new Response(stream).bytes();
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) {
    value = value & 1 ? value >>> 1 ^ 0xedb88320 : value >>> 1;
  }
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crc >>> 8 ^ CRC_TABLE[(crc ^ byte) & 0xff];
  return ~crc >>> 0;
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

function concat(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
